/** Where the mail programs that wrote it begin to quote: Gmail, Outlook (new, classic, mobile), Yahoo, Apple Mail, Thunderbird, Zoho. */
const QUOTES: readonly RegExp[] = [
  /<div[^>]{0,200}class="[^"]{0,80}gmail_quote/i,
  /<div[^>]{0,200}id="(?:divRplyFwdMsg|appendonsend|mail-editor-reference-message-container)"/i,
  /<div[^>]{0,200}class="[^"]{0,80}(?:yahoo_quoted|moz-cite-prefix|zmail_extra)/i,
  /<blockquote[^>]{0,200}type="?cite/i,
  /<div[^>]{0,200}style="[^"]{0,80}border:\s?none;\s?border-top:\s?solid #[0-9a-f]{6} 1\.0pt/i,
];

/** The HTML up to the first quotation, unless that is all there is. */
export function withoutQuotedHtml(html: string): string {
  const begins = QUOTES.map((pattern) => html.search(pattern)).filter((at) => at >= 0);
  const own = begins.length === 0 ? html : html.slice(0, Math.min(...begins));
  return htmlToText(own) === '' ? html : own;
}

const UNSEEN: ReadonlySet<string> = new Set(['style', 'script', 'head', 'title']);
// biome-ignore format: one list
const LINES: ReadonlySet<string> = new Set([
  'br', 'div', '/div', 'p', 'tr', 'li', 'ul', 'ol', 'table', 'pre', 'blockquote', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr',
]);
const PARAGRAPHS: ReadonlySet<string> = new Set([
  '/p',
  '/table',
  '/ul',
  '/ol',
  '/blockquote',
  '/pre',
  '/h1',
  '/h2',
  '/h3',
  '/h4',
  '/h5',
  '/h6',
]);

/**
 * The readable text of an HTML body: blocks become lines, tags go, entities become characters. One pass, linear in the input, because strangers
 * write it. Not a sanitiser: the result is only ever plain text.
 */
export function htmlToText(html: string): string {
  const pieces: string[] = [];
  for (let at = 0; at < html.length; ) {
    const open = html.indexOf('<', at);
    pieces.push((open < 0 ? html.slice(at) : html.slice(at, open)).replace(/\s+/g, ' '));
    if (open < 0) break;
    const isComment = html.startsWith('<!--', open);
    const close = html.indexOf(isComment ? '-->' : '>', open);
    if (close < 0) break;
    at = close + (isComment ? 3 : 1);
    if (isComment) continue;
    const name = /^\/?[a-z][a-z0-9]*/i.exec(html.slice(open + 1, Math.min(close, open + 16)))?.[0].toLowerCase() ?? '';
    if (UNSEEN.has(name)) {
      const end = endTag(html, name, at);
      if (end < 0) break;
      at = end;
    } else if (PARAGRAPHS.has(name)) pieces.push('\n\n');
    else if (LINES.has(name)) pieces.push('\n');
  }
  return decodeEntities(pieces.join(''))
    .replace(/[ \t\u00a0]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Where the end tag begins; without one the rest is unseen. */
function endTag(html: string, name: string, from: number): number {
  const pattern = new RegExp(`</${name}`, 'gi');
  pattern.lastIndex = from;
  return pattern.exec(html)?.index ?? -1;
}

// biome-ignore format: a table is read by its columns
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', hellip: '…', ndash: '–', mdash: '—', lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”',
  agrave: 'à', aacute: 'á', acirc: 'â', atilde: 'ã', egrave: 'è', eacute: 'é', ecirc: 'ê', igrave: 'ì', iacute: 'í', ograve: 'ò', oacute: 'ó',
  ocirc: 'ô', otilde: 'õ', ugrave: 'ù', uacute: 'ú', yacute: 'ý', Agrave: 'À', Aacute: 'Á', Acirc: 'Â', Atilde: 'Ã', Egrave: 'È', Eacute: 'É',
  Ecirc: 'Ê', Igrave: 'Ì', Iacute: 'Í', Ograve: 'Ò', Oacute: 'Ó', Ocirc: 'Ô', Otilde: 'Õ', Ugrave: 'Ù', Uacute: 'Ú', Yacute: 'Ý', auml: 'ä',
  ouml: 'ö', uuml: 'ü', szlig: 'ß', ccedil: 'ç', ntilde: 'ñ', copy: '©', reg: '®', euro: '€', deg: '°', bull: '•', middot: '·',
};

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal, hexadecimal, name: string | undefined) => {
    if (name !== undefined) return Object.hasOwn(ENTITIES, name) ? ENTITIES[name]! : whole;
    const point = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal);
    const isCharacter = point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
    return isCharacter ? String.fromCodePoint(point) : '\ufffd';
  });
}
