export const LANGUAGES = ['vi', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

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

/** @param body HTML, already escaped @param style of its own */
export function page(language: Language, title: string, body: string, style = ''): string {
  return (
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">` +
    `<title>${title}</title><style>${STYLE}${style}</style></head><body><main>${body}</main></body></html>`
  );
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign]!);

export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;
