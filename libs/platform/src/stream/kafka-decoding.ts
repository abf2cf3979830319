import { createRequire } from 'node:module';
import type { SourceRecord } from './pipeline.js';
import { replaceInKafkajs } from './kafkajs-replace.js';

/**
 * kafkajs makes some forty objects of a record with our nine CloudEvents headers, and copies the table of headers once for each. Here a record is a view
 * of the fetched bytes, and what is asked for is read: a third of the time. The same bytes give the same messages, which a test compares.
 */
export function decodeFaster(): void {
  replaceInKafkajs('kafkajs/src/protocol/recordBatch/v0/decoder.js', () => decodeRecordBatch);
}

const require = createRequire(import.meta.url);

/** What kafkajs hands to its decoder of a batch: the rest of a partition's bytes. */
export interface FetchDecoder {
  readonly buffer: Buffer;
  offset: number;
}

interface BatchContext {
  readonly firstOffset: string;
  readonly firstTimestamp: string;
  readonly partitionLeaderEpoch: number;
  readonly inTransaction: boolean;
  readonly isControlBatch: boolean;
  readonly lastOffsetDelta: number;
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly maxTimestamp: string;
  readonly timestampType: number;
}

interface Codec {
  decompress(buffer: Buffer): Promise<Buffer>;
}

const HEAD_BYTES = 12;
const BATCH_HEAD_BYTES = 49;
const MAGIC = 2;
const LOG_APPEND_TIME = 0x8;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

/**
 * A record batch (message format 2).
 * @throws KafkaJSPartialMessageError when the broker cut it off at the fetch's limit, as kafkajs expects.
 */
export async function decodeRecordBatch(fetch: FetchDecoder): Promise<BatchContext & { readonly records: FetchedMessage[] }> {
  const { buffer } = fetch;
  const at = fetch.offset;
  const length = buffer.readInt32BE(at + 8);
  if (buffer.length - at - HEAD_BYTES < length) throw partial(buffer.length - at - HEAD_BYTES, length);
  const end = at + HEAD_BYTES + length;
  fetch.offset = end;
  const attributes = buffer.readInt16BE(at + 21);
  const firstOffset = buffer.readBigInt64BE(at);
  const firstTimestamp = buffer.readBigInt64BE(at + 27);
  const maxTimestamp = buffer.readBigInt64BE(at + 35);
  const context: BatchContext = {
    firstOffset: String(firstOffset),
    firstTimestamp: String(firstTimestamp),
    partitionLeaderEpoch: buffer.readInt32BE(at + 12),
    inTransaction: (attributes & TRANSACTIONAL) > 0,
    isControlBatch: (attributes & CONTROL) > 0,
    lastOffsetDelta: buffer.readInt32BE(at + 23),
    producerId: String(buffer.readBigInt64BE(at + 43)),
    producerEpoch: buffer.readInt16BE(at + 51),
    firstSequence: buffer.readInt32BE(at + 53),
    maxTimestamp: String(maxTimestamp),
    timestampType: (attributes & LOG_APPEND_TIME) > 0 ? 1 : 0,
  };
  const count = buffer.readInt32BE(at + 57);
  const codec = codecOf(attributes);
  const packed = buffer.subarray(at + HEAD_BYTES + BATCH_HEAD_BYTES, end);
  const records = codec === null || count <= 0 ? packed : await codec.decompress(packed);
  const time =
    context.timestampType === 1 ? { appended: Number(maxTimestamp), first: 0 } : { appended: undefined, first: Number(firstTimestamp) };
  return { ...context, records: readRecords(records, Math.max(0, count), context, firstOffset, time) };
}

function readRecords(
  bytes: Buffer,
  count: number,
  context: BatchContext,
  firstOffset: bigint,
  time: { readonly appended: number | undefined; readonly first: number },
): FetchedMessage[] {
  const reader = new Reader(bytes);
  const records = new Array<FetchedMessage>(count);
  for (let n = 0; n < count; n++) {
    const length = reader.varint();
    const end = reader.at + length;
    const attributes = bytes[reader.at++] as number;
    const timestampMs = time.first + reader.varint();
    const offset = firstOffset + BigInt(reader.varint());
    records[n] = new FetchedMessage(bytes, reader.at, end, offset, time.appended ?? timestampMs, attributes, context);
    reader.at = end;
  }
  return records;
}

/** A fetched record: the members that kafkajs and its users know, read from the bytes when they are asked for. */
export class FetchedMessage {
  readonly magicByte = MAGIC;
  readonly offset: string;

  constructor(
    private readonly bytes: Buffer,
    /** Where the key begins. */
    private readonly at: number,
    private readonly end: number,
    private readonly offsetValue: bigint,
    private readonly timestampMs: number,
    readonly attributes: number,
    readonly batchContext: BatchContext,
  ) {
    this.offset = String(offsetValue);
  }

  get isControlRecord(): boolean {
    return this.batchContext.isControlBatch;
  }

  get timestamp(): string {
    return String(this.timestampMs);
  }

  get key(): Buffer | null {
    return new Reader(this.bytes, this.at).bytesOrNull();
  }

  get value(): Buffer | null {
    const reader = new Reader(this.bytes, this.at);
    reader.skip();
    return reader.bytesOrNull();
  }

  get headers(): Record<string, Buffer | Buffer[] | null> {
    const headers: Record<string, Buffer | Buffer[] | null> = {};
    const reader = new Reader(this.bytes, this.at);
    reader.skip();
    reader.skip();
    for (let left = reader.varint(); left > 0; left--) {
      const name = reader.text() ?? '';
      const value = reader.bytesOrNull();
      if (name === '__proto__') continue; // would become the object's prototype
      const known = Object.hasOwn(headers, name) ? headers[name] : undefined;
      headers[name] = known === undefined ? value : Array.isArray(known) ? [...known, value as Buffer] : [known as Buffer, value as Buffer];
    }
    return headers;
  }

  /** As the kernel takes it: text decoded, and of a repeated header the first value. */
  asSource(topic: string, partition: number): SourceRecord {
    const reader = new Reader(this.bytes, this.at);
    const key = reader.text();
    const value = reader.bytesOrNull();
    const block = this.bytes.toString('latin1', reader.at, this.end);
    const headers = EIGHTH_BIT.test(block) ? readHeaders(reader) : plainHeaders(block);
    return { topic, partition, offset: this.offsetValue, key, value, headers, timestampMs: this.timestampMs };
  }
}

const EIGHTH_BIT = /[\x80-\xff]/;

/** The names of the headers of the record before: those of one topic come in one order, and a string that is known need not be made. */
const names: string[] = [];

/**
 * Headers whose bytes are all below 128, as nearly always: the text is ASCII, and the lengths, zigzag varints below 64, are one character each. One
 * conversion for all of them instead of two for each.
 */
function plainHeaders(block: string): Record<string, string> {
  const headers: Record<string, string> = {};
  const count = block.charCodeAt(0) >> 1;
  let at = 1;
  for (let n = 0; n < count; n++) {
    const nameChars = block.charCodeAt(at++) >> 1;
    let name = names[n];
    if (name === undefined || name.length !== nameChars || !block.startsWith(name, at)) names[n] = name = block.slice(at, at + nameChars);
    at += nameChars;
    const length = block.charCodeAt(at++);
    const isNull = (length & 1) === 1; // zigzag of -1
    const value = isNull ? undefined : block.slice(at, (at += length >> 1));
    if (value !== undefined && !Object.hasOwn(headers, name)) headers[name] = value; // of text, `__proto__` is ignored by the engine
  }
  return headers;
}

function readHeaders(reader: Reader): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let left = reader.varint(); left > 0; left--) {
    const name = reader.text() ?? '';
    const text = reader.text();
    if (text !== null && !Object.hasOwn(headers, name)) headers[name] = text;
  }
  return headers;
}

/** Reads lengths and bytes one after the other. */
class Reader {
  constructor(
    private readonly buffer: Buffer,
    public at = 0,
  ) {}

  /** A zigzag varint, exact up to 2^53. */
  varint(): number {
    const first = this.buffer[this.at++] as number;
    if (first < 0x80) return (first >>> 1) ^ -(first & 1);
    let value = first & 0x7f;
    let byte: number;
    let scale = 0x80;
    do {
      byte = this.buffer[this.at++] as number;
      value += (byte & 0x7f) * scale;
      scale *= 0x80;
    } while (byte >= 0x80);
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  skip(): void {
    const length = this.varint();
    if (length > 0) this.at += length;
  }

  bytesOrNull(): Buffer | null {
    const length = this.varint();
    return length < 0 ? null : this.buffer.subarray(this.at, (this.at += length));
  }

  text(): string | null {
    const length = this.varint();
    return length < 0 ? null : this.buffer.toString('utf8', this.at, (this.at += length));
  }
}

const COMPRESSION = 0x7;

function codecOf(attributes: number): Codec | null {
  if ((attributes & COMPRESSION) === 0) return null;
  const { lookupCodecByAttributes } = require('kafkajs/src/protocol/message/compression/index.js') as {
    lookupCodecByAttributes(attributes: number): Codec | null;
  };
  return lookupCodecByAttributes(attributes);
}

function partial(remaining: number, length: number): Error {
  const { KafkaJSPartialMessageError } = require('kafkajs/src/errors.js') as { KafkaJSPartialMessageError: new (message: string) => Error };
  return new KafkaJSPartialMessageError(`Tried to decode a partial record batch: ${remaining} of ${length} bytes`);
}
