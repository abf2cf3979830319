import { type Language, page } from './page.js';

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

export type PageKind = 'ask' | 'done' | 'bad' | 'later';

/** A page that works without scripts and loads nothing. The button sends the very form that a mail program sends by itself (RFC 8058). */
export function unsubscribePage(kind: PageKind, language: Language): string {
  const words = WORDS[language];
  const [title, text] = {
    ask: [words.title, words.ask],
    done: [words.doneTitle, words.done],
    bad: [words.badTitle, words.bad],
    later: [words.laterTitle, words.later],
  }[kind] as [string, string];
  const form =
    kind === 'ask' || kind === 'later'
      ? `<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button type="submit">${words.button}</button></form>`
      : '';
  return page(language, title, `<h1>${title}</h1><p role="status">${text}</p>${form}`);
}
