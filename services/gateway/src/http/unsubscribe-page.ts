/** The few words that a customer reads, in his language. */
const WORDS = {
  vi: {
    title: 'Hủy đăng ký nhận thư',
    ask: 'Bạn có muốn ngừng nhận loại thư này tại địa chỉ của bạn không?',
    button: 'Hủy đăng ký',
    doneTitle: 'Bạn đã hủy đăng ký',
    done: 'Chúng tôi sẽ không gửi loại thư này cho bạn nữa. Bạn không cần làm gì thêm.',
    badTitle: 'Liên kết không hợp lệ',
    bad: 'Liên kết này không đầy đủ hoặc đã bị thay đổi. Vui lòng mở lại liên kết trong thư.',
    laterTitle: 'Vui lòng thử lại',
    later: 'Yêu cầu của bạn chưa được ghi nhận. Vui lòng thử lại sau ít phút.',
  },
  en: {
    title: 'Unsubscribe',
    ask: 'Do you want to stop receiving this kind of mail at your address?',
    button: 'Unsubscribe',
    doneTitle: 'You are unsubscribed',
    done: 'We will not send you this kind of mail any more. There is nothing else to do.',
    badTitle: 'This link does not work',
    bad: 'The link is incomplete or was changed. Please open it from the mail again.',
    laterTitle: 'Please try again',
    later: 'Your request could not be recorded. Please try again in a few minutes.',
  },
} as const;

export type Language = keyof typeof WORDS;
export type PageKind = 'ask' | 'done' | 'bad' | 'later';

/** The first language of an Accept-Language header that the page speaks; Vietnamese otherwise. */
export function languageOf(header: string | undefined): Language {
  for (const entry of (header ?? '').slice(0, 200).toLowerCase().split(',')) {
    const language = entry.trim().slice(0, 2);
    if (language === 'vi' || language === 'en') return language;
  }
  return 'vi';
}

const STYLE =
  'body{font:1.125rem/1.6 system-ui,sans-serif;margin:0;color:#1a1a1a;background:#fff}main{max-width:34rem;margin:12vh auto;padding:0 1.5rem}' +
  'button{font:inherit;padding:.75rem 1.5rem;border:2px solid #0b4f9e;border-radius:.5rem;background:#0b4f9e;color:#fff;cursor:pointer}button:focus-visible{outline:3px solid #ffb000;outline-offset:3px}' +
  '@media (prefers-color-scheme:dark){body{color:#f2f2f2;background:#161616}button{background:#8ec2ff;border-color:#8ec2ff;color:#10233a}}';

/** A page that works without scripts and loads nothing. The button sends the very form that a mail program sends by itself (RFC 8058). */
export function unsubscribePage(kind: PageKind, language: Language): string {
  const words = WORDS[language];
  const [title, text] = {
    ask: [words.title, words.ask],
    done: [words.doneTitle, words.done],
    bad: [words.badTitle, words.bad],
    later: [words.laterTitle, words.later],
  }[kind];
  const form =
    kind === 'ask' || kind === 'later'
      ? `<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button type="submit">${words.button}</button></form>`
      : '';
  return (
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">` +
    `<title>${title}</title><style>${STYLE}</style></head><body><main><h1>${title}</h1><p role="status">${text}</p>${form}</main></body></html>`
  );
}

export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;
