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

// The focus ring has the colour of the buttons: 3 to 1 against either ground, as WCAG 2.2 asks.
const STYLE =
  ':root{color-scheme:light dark;--accent:#0b4f9e;--on-accent:#fff;--line:#767676}body{font:1.125rem/1.6 system-ui,sans-serif;margin:0;color:#1a1a1a;background:#fff}main{max-width:34rem;margin:12vh auto;padding:0 1.25rem}' +
  'h1{font-size:clamp(1.6rem,6vw,2.1rem);line-height:1.25;margin:.5rem 0}h2{font-size:1.25rem;line-height:1.3;margin:2rem 0 .5rem}a{color:inherit}' +
  'button{font:inherit;padding:.75rem 1.5rem;border:2px solid var(--accent);border-radius:.5rem;background:var(--accent);color:var(--on-accent);cursor:pointer}:focus-visible{outline:3px solid var(--accent);outline-offset:3px}' +
  '@media (prefers-color-scheme:dark){:root{--accent:#8ec2ff;--on-accent:#10233a;--line:#8a8a8a}body{color:#f2f2f2;background:#161616}}';

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
