import { replaceInKafkajs } from './kafkajs-replace.js';

/**
 * kafkajs allocates and zeroes 512 bytes for every header of every record: with our nine CloudEvents headers that is 29 µs a record, four times as much
 * as all the rest of an acceptance. Its modules load their encoders on first use, so faster ones with the same bytes can stand in their place: 5 µs.
 * The checksum goes eight bytes at a time instead of one (a third of the time). The version of kafkajs is pinned, and a test compares the bytes.
 */
export function encodeFaster(): void {
  replaceInKafkajs(
    'kafkajs/src/protocol/recordBatch/record/v0/index.js',
    (original) => (record: KafkaRecord) => encodeRecord(record) ?? (original as (record: KafkaRecord) => Encoded)(record),
  );
  replaceInKafkajs('kafkajs/src/protocol/recordBatch/crc32C/index.js', () => crc32c);
}

/** As kafkajs hands it to its own encoder. */
export interface KafkaRecord {
  readonly offsetDelta?: number;
  readonly timestampDelta?: number;
  readonly key?: string | Buffer | null;
  readonly value?: string | Buffer | null;
  readonly headers?: Readonly<Record<string, unknown>>;
}

/** What kafkajs asks of an encoder that is part of another: `buf` to know one, `buffer` for the bytes. */
export interface Encoded {
  readonly buf: Buffer;
  readonly buffer: Buffer;
}

/**
 * A record of a record batch (message format 2): lengths as zigzag varints, then bytes.
 * @returns nothing for what is out of the ordinary (no key, a tombstone, repeated headers, far times): the original does that.
 */
export function encodeRecord({ offsetDelta = 0, timestampDelta = 0, key, value, headers = {} }: KafkaRecord): Encoded | undefined {
  if (typeof key !== 'string' || (typeof value !== 'string' && !Buffer.isBuffer(value))) return undefined;
  if (timestampDelta < 0 || timestampDelta > DELTA_MAX) return undefined;
  const keyBytes = Buffer.byteLength(key);
  const valueBytes = typeof value === 'string' ? Buffer.byteLength(value) : value.length;
  const fixed =
    ATTRIBUTES_BYTES +
    varintBytes(timestampDelta) +
    varintBytes(offsetDelta) +
    varintBytes(keyBytes) +
    keyBytes +
    varintBytes(valueBytes) +
    valueBytes;
  const block = plainHeaders(headers);
  const lengths: number[] = [];
  const headerBytes = block === undefined ? measure(headers, lengths) : block.length;
  if (headerBytes === undefined) return undefined;
  const body = fixed + headerBytes;
  const writer = new Writer(varintBytes(body) + body);
  writer.varint(body).byte(0).varint(timestampDelta).varint(offsetDelta).text(key, keyBytes);
  if (typeof value === 'string') writer.text(value, valueBytes);
  else writer.bytes(value);
  if (block !== undefined) return writer.latin1(block);
  writer.varint(lengths.length / 2);
  let at = 0;
  for (const name in headers) writer.text(name, lengths[at++]!).text(headers[name] as string, lengths[at++]!);
  return writer;
}

/** A zigzag varint below 64 is one character. */
const SHORT = Array.from({ length: 64 }, (_, length) => String.fromCharCode(length << 1));
const EIGHTH_BIT = /[\x80-\uffff]/;

/** The headers as one text to be written at once: when all are short and ASCII, as ours are. */
function plainHeaders(headers: Readonly<Record<string, unknown>>): string | undefined {
  let block = '';
  let count = 0;
  for (const name in headers) {
    const header = headers[name];
    if (typeof header !== 'string' || header.length > 63 || name.length > 63) return undefined;
    block += SHORT[name.length]! + name + SHORT[header.length]! + header;
    count++;
  }
  if (count > 63 || EIGHTH_BIT.test(block)) return undefined;
  return SHORT[count]! + block;
}

/** @returns the bytes of all headers, with their `lengths` by the way; nothing when one is repeated. */
function measure(headers: Readonly<Record<string, unknown>>, lengths: number[]): number | undefined {
  let bytes = 0;
  for (const name in headers) {
    const header = headers[name];
    if (typeof header !== 'string') return undefined;
    const nameBytes = Buffer.byteLength(name);
    const headerBytes = Buffer.byteLength(header);
    lengths.push(nameBytes, headerBytes);
    bytes += varintBytes(nameBytes) + nameBytes + varintBytes(headerBytes) + headerBytes;
  }
  return bytes + varintBytes(lengths.length / 2);
}

const ATTRIBUTES_BYTES = 1;
/** Beyond it the zigzag form leaves 32 bits. */
const DELTA_MAX = 0x3fff_ffff;

function varintBytes(value: number): number {
  let rest = value << 1;
  let bytes = 1;
  while ((rest & ~0x7f) !== 0) {
    bytes++;
    rest >>>= 7;
  }
  return bytes;
}

class Writer implements Encoded {
  readonly buf: Buffer;
  private at = 0;

  constructor(size: number) {
    this.buf = Buffer.allocUnsafe(size);
  }

  get buffer(): Buffer {
    return this.buf;
  }

  byte(value: number): this {
    this.buf[this.at++] = value;
    return this;
  }

  /** Of a number that is not negative: its zigzag form is the double. */
  varint(value: number): this {
    let rest = value << 1;
    while ((rest & ~0x7f) !== 0) {
      this.buf[this.at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buf[this.at++] = rest;
    return this;
  }

  text(value: string, bytes: number): this {
    this.varint(bytes).buf.write(value, this.at, bytes, 'utf8');
    this.at += bytes;
    return this;
  }

  latin1(text: string): this {
    this.at += this.buf.write(text, this.at, 'latin1');
    return this;
  }

  bytes(value: Buffer): this {
    this.varint(value.length).buf.set(value, this.at);
    this.at += value.length;
    return this;
  }
}

/** CRC-32C's polynomial, reflected. */
const POLYNOMIAL = 0x82f63b78;

/** tables[t][n]: the checksum of byte n followed by t zero bytes ("slicing by eight", Kounavis and Berry 2005). */
const [T0, T1, T2, T3, T4, T5, T6, T7] = tables();

function tables(): Int32Array[] & { length: 8 } {
  const all = Array.from({ length: 8 }, () => new Int32Array(256));
  for (let n = 0; n < 256; n++) {
    let sum = n;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1;
    all[0]![n] = sum;
  }
  for (let t = 1; t < 8; t++) for (let n = 0; n < 256; n++) all[t]![n] = all[0]![all[t - 1]![n]! & 0xff]! ^ (all[t - 1]![n]! >>> 8);
  return all as Int32Array[] & { length: 8 };
}

export function crc32c(bytes: Buffer): number {
  let sum = -1;
  let at = 0;
  for (const last = bytes.length - 7; at < last; at += 8) {
    sum ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    sum =
      T7![sum & 0xff]! ^
      T6![(sum >>> 8) & 0xff]! ^
      T5![(sum >>> 16) & 0xff]! ^
      T4![sum >>> 24]! ^
      T3![bytes[at + 4]!]! ^
      T2![bytes[at + 5]!]! ^
      T1![bytes[at + 6]!]! ^
      T0![bytes[at + 7]!]!;
  }
  for (; at < bytes.length; at++) sum = T0![(sum ^ bytes[at]!) & 0xff]! ^ (sum >>> 8);
  return (sum ^ -1) >>> 0;
}
