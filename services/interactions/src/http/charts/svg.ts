/** Shapes of a slide, as text. Everything that people wrote goes through `escapeXml`. */
export const INK = '#1d2733';
export const FAINT = '#64748b';
export const LINE = '#d8dfe8';
export const PAPER = '#ffffff';
const FONT = 'Inter, Helvetica Neue, Arial, DejaVu Sans, sans-serif';

export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export interface TextStyle {
  readonly size?: number;
  readonly weight?: 400 | 600 | 700;
  readonly fill?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
}

export function text(
  x: number,
  y: number,
  words: string,
  { size = 15, weight = 400, fill = INK, anchor = 'start' }: TextStyle = {},
): string {
  return `<text x="${fix(x)}" y="${fix(y)}" font-size="${size}" font-weight="${weight}" fill="${fill}" text-anchor="${anchor}">${escapeXml(words)}</text>`;
}

export function rect(x: number, y: number, width: number, height: number, fill: string, more = ''): string {
  return `<rect x="${fix(x)}" y="${fix(y)}" width="${fix(width)}" height="${fix(height)}" fill="${fill}" ${more}/>`;
}

export function page(width: number, height: number, title: string, description: string, body: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${FONT}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escapeXml(title)}</title><desc id="description">${escapeXml(description)}</desc>`,
    rect(0, 0, width, height, PAPER),
    ...body,
    '</svg>',
  ].join('\n');
}

/** One decimal is enough on a slide. */
export const fix = (value: number): string => String(Math.round(value * 10) / 10);

/** `order_status` → `Order status`. */
export const titled = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1).replaceAll('_', ' ');

/** 1234567 → `1.2 M`. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 999_500) return `${decimal(value / 1e6)} M`;
  return size >= 9_950 ? `${decimal(value / 1e3)} k` : Math.round(value).toLocaleString('en-GB');
}
const decimal = (value: number): string => value.toFixed(Math.abs(value) < 99.5 ? 1 : 0);

export const percent = (share: number | null | undefined): string =>
  share === null || share === undefined ? '–' : `${Math.round(share * 100)}%`;

/** 7_260 → `2.0 h`. */
export function lasting(seconds: number | null): string {
  if (seconds === null) return '–';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return seconds < 129_600 ? `${(seconds / 3_600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} d`;
}

/** From bad (0) over middling to good (1): colours that the colour-blind tell apart, too. */
export function grade(share: number | null | undefined): string {
  if (share === null || share === undefined) return '#cbd5e1';
  const stops = [
    [202, 84, 58],
    [236, 190, 92],
    [64, 145, 132],
  ] as const;
  const at = Math.min(1, Math.max(0, share)) * 2;
  const [from, to] = at <= 1 ? [stops[0], stops[1]] : [stops[1], stops[2]];
  const part = at <= 1 ? at : at - 1;
  return `rgb(${from.map((value, index) => Math.round(value + (to[index]! - value) * part)).join(',')})`;
}
