const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  copy: '©',
  hellip: '…',
  ndash: '–',
  mdash: '—',
};
const UNSEEN = new Set(['head', 'style', 'script', 'title']);
const PARAGRAPHS = new Set([
  'p',
  'div',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'ul',
  'ol',
  'table',
  'section',
  'article',
  'header',
  'footer',
  'blockquote',
  'pre',
]);
const LINES = new Set(['br', 'tr', '/tr', '/li']);

/**
 * The readable text of an HTML body, for the `text/plain` part when the author wrote none: blocks become lines, list items get a dash, links
 * keep their address. One pass, linear in the input. Not a sanitiser: the result is only ever sent as plain text.
 */
export function htmlToText(html: string): string {
  let text = '';
  let link: { href: string; from: number } | undefined;
  for (let at = 0; at < html.length; ) {
    const open = html.indexOf('<', at);
    text += (open < 0 ? html.slice(at) : html.slice(at, open)).replace(/\s+/g, ' ');
    if (open < 0) break;
    const close = html.startsWith('<!--', open) ? html.indexOf('-->', open + 4) : html.indexOf('>', open);
    if (close < 0) break;
    at = html.indexOf('>', close) + 1;
    const tag = html.slice(open + 1, close);
    const name = /^\/?[a-z][a-z0-9]*/i.exec(tag)?.[0].toLowerCase() ?? '';
    if (UNSEEN.has(name)) at = endOf(html, name, at);
    else if (name === 'a') link = { href: attribute(tag, 'href'), from: text.length };
    else if (name === '/a' && link) {
      text = text.slice(0, link.from) + linkText(link.href, text.slice(link.from));
      link = undefined;
    } else text += markOf(name, tag);
  }
  return decodeEntities(text)
    .replace(/[ \t\u00a0]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Where the text goes on after an element that nobody reads; the end of the input when it is never closed. */
function endOf(html: string, name: string, from: number): number {
  const end = new RegExp(`</${name}\\s*>`, 'gi');
  end.lastIndex = from;
  return end.exec(html) ? end.lastIndex : html.length;
}

function markOf(name: string, tag: string): string {
  if (LINES.has(name)) return '\n';
  if (name === 'li') return '\n- ';
  if (name === 'hr') return '\n---\n';
  if (name === 'img') return attribute(tag, 'alt');
  if (name === '/td' || name === '/th') return ' ';
  return PARAGRAPHS.has(name.replace('/', '')) ? '\n\n' : '';
}

function attribute(tag: string, name: string): string {
  const found = new RegExp(`\\s${name}\\s*=\\s*("([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(tag);
  return found?.[2] ?? found?.[3] ?? found?.[4] ?? '';
}

function linkText(href: string, inner: string): string {
  const label = inner.trim();
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
