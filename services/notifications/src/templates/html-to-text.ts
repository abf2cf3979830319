const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', copy: '©', hellip: '…', ndash: '–', mdash: '—' };

/**
 * The readable text of an HTML body, for the `text/plain` part when the author wrote none: blocks become lines, list items get a dash, links
 * keep their address. Linear in the input. Not a sanitiser: its result is only ever sent as plain text.
 */
export function htmlToText(html: string): string {
  const text = html
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<(head|style|script|title)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/\s+/g, ' ')
    .replace(/<a\b[^>]*?\bhref\s*=\s*("[^"]*"|'[^']*')[^>]*>(.*?)<\/a\s*>/gi, (_, href: string, inner: string) => linkText(href.slice(1, -1), inner))
    .replace(/<img\b[^>]*?\balt\s*=\s*("[^"]*"|'[^']*')[^>]*>/gi, (_, alt: string) => alt.slice(1, -1))
    .replace(/<li\b[^>]*>/gi, '\n- ')
    .replace(/<(br|\/tr|\/li)\b[^>]*>/gi, '\n')
    .replace(/<hr\b[^>]*>/gi, '\n---\n')
    .replace(/<\/(td|th)\s*>/gi, ' ')
    .replace(/<\/?(p|div|h[1-6]|ul|ol|table|section|article|header|footer|blockquote|pre)\b[^>]*>/gi, '\n\n')
    .replace(/<[^>]*>/g, '');
  return decodeEntities(text)
    .replace(/[ \t\u00a0]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function linkText(href: string, inner: string): string {
  const label = inner.replace(/<[^>]*>/g, '').trim();
  if (label === '' || label === href) return href;
  return /^(https?|mailto|tel):/i.test(href) ? `${label} (${href})` : label;
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name) return ENTITIES[name.toLowerCase()] ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(hex ?? '', 16);
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : whole;
  });
}
