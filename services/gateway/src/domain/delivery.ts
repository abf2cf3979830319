import type { Json } from './parse-json.js';

/** What a delivery becomes on its way to the adapter, unread. */
export interface Delivery {
  readonly provider: string;
  readonly connection: string;
  readonly settings: Json;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: Buffer;
}

const HEADER_LENGTH_MAX = 1_024;

/** The payload of its record, as JSON text. The body goes as text when it is text and that is not the longer form, else as base64. */
export function deliveryPayload({ provider, connection, settings, headers, raw }: Delivery): string {
  const head = JSON.stringify({ provider, connection, settings, headers }).slice(0, -1);
  const text = textOf(raw);
  const base64Length = Math.ceil(raw.length / 3) * 4;
  return text !== undefined && Buffer.byteLength(text) <= Math.max(base64Length, 1_024)
    ? `${head},"body":${text},"encoding":"utf8"}`
    : `${head},"body":"${raw.toString('base64')}","encoding":"base64"}`;
}

// ignoreBOM: leave it in, so that the bytes come back as they were
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** As a JSON string, when the bytes are UTF-8. NUL would be replaced downstream, where nobody can store it: an adapter may know better what it means. */
function textOf(raw: Buffer): string | undefined {
  if (raw.includes(0)) return undefined;
  try {
    return JSON.stringify(utf8.decode(raw));
  } catch {
    return undefined;
  }
}

/** Of a request's headers those that `names` lists, clipped. */
export function pickHeaders(headers: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    if (value !== undefined) picked[name] = value.slice(0, HEADER_LENGTH_MAX);
  }
  return picked;
}
