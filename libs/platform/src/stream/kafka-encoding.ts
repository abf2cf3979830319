import { crc32c } from '@node-rs/crc32';
import { replaceInKafkajs } from './kafkajs-replace.js';

/**
 * kafkajs allocates and zeroes 512 bytes for every header of every record, and copies a batch eight times, each time into zeroed memory, on its way
 * from the records to the socket. Faster encoders with the same bytes stand in their place, put there before kafkajs loads (`kafkajs.ts`): records are
 * measured, then written straight into their batch, and larger encoders refer to it. The checksum is a native one: one in JavaScript takes several times
 * as long. The version of kafkajs is pinned, and tests compare the bytes.
 */
export function encodeFaster(): void {
  replaceInKafkajs('kafkajs/src/protocol/encoder.js', (original) => inPieces(original as EncoderClass));
  replaceInKafkajs(
    'kafkajs/src/protocol/recordBatch/record/v0/index.js',
    (original) => (record: KafkaRecord) => encodeRecord(record) ?? (original as (record: KafkaRecord) => Encoded)(record),
  );
  replaceInKafkajs('kafkajs/src/protocol/recordBatch/crc32C/index.js', () => (bytes: Buffer) => crc32c(bytes));
  replaceInKafkajs('kafkajs/src/protocol/recordBatch/v0/index.js', (original) => {
    const { RecordBatch, MAGIC_BYTE } = original as { RecordBatch: (batch: KafkaRecordBatch) => Promise<Encoded>; MAGIC_BYTE: number };
    return { RecordBatch: async (batch: KafkaRecordBatch) => encodeRecordBatch(batch) ?? (await RecordBatch(batch)), MAGIC_BYTE };
  });
  replaceInKafkajs('kafkajs/src/producer/groupMessagesPerPartition.js', () => messagesByPartition);
}

/** As kafkajs hands it to its own encoder. */
export interface KafkaRecord {
  readonly offsetDelta?: number;
  readonly timestampDelta?: number;
  readonly key?: string | Buffer | null;
  readonly value?: string | Buffer | null;
  readonly headers?: Readonly<Record<string, unknown>>;
}

/** What kafkajs asks of an encoder that is part of another: `buf` to know one, `buffer` for the bytes, `size()` for their number. */
export interface Encoded {
  readonly buf: Buffer;
  readonly buffer: Buffer;
  size(): number;
}

/** As kafkajs hands it to its own encoder: 64-bit numbers as numbers, decimal texts or its `Long`. */
export interface KafkaRecordBatch {
  readonly compression?: number;
  readonly firstOffset?: Int64;
  readonly firstTimestamp?: Int64;
  readonly maxTimestamp?: Int64;
  readonly partitionLeaderEpoch?: number;
  readonly lastOffsetDelta?: number;
  readonly transactional?: boolean;
  readonly producerId?: Int64;
  readonly producerEpoch?: number;
  readonly firstSequence?: number;
  readonly records?: readonly Encoded[];
}
type Int64 = number | string | { toString(): string };

const BATCH_HEADER_BYTES = 61;
/** The checksum covers everything from the attributes on. */
const CHECKSUMMED_FROM = 21;
const LENGTH_COUNTS_FROM = 12;

/**
 * A record batch (message format 2), uncompressed and of no transaction, in one buffer of its exact size.
 * @returns nothing for what is out of the ordinary: the original does that.
 */
export function encodeRecordBatch(batch: KafkaRecordBatch): Encoded | undefined {
  const { records = [] } = batch;
  if (batch.compression || batch.transactional || !records.every((record) => record instanceof MeasuredRecord)) return undefined;
  const now = Date.now();
  const bytes = Buffer.allocUnsafe(records.reduce((sum, record) => sum + record.size(), BATCH_HEADER_BYTES));
  bytes.writeBigInt64BE(int64(batch.firstOffset ?? 0), 0);
  bytes.writeInt32BE(bytes.length - LENGTH_COUNTS_FROM, 8);
  bytes.writeInt32BE(batch.partitionLeaderEpoch ?? 0, 12);
  bytes.writeInt8(2, 16);
  bytes.writeInt16BE(0, 21);
  bytes.writeInt32BE(batch.lastOffsetDelta ?? 0, 23);
  bytes.writeBigInt64BE(int64(batch.firstTimestamp ?? now), 27);
  bytes.writeBigInt64BE(int64(batch.maxTimestamp ?? now), 35);
  bytes.writeBigInt64BE(int64(batch.producerId ?? -1), 43);
  bytes.writeInt16BE(batch.producerEpoch ?? 0, 51);
  bytes.writeInt32BE(batch.firstSequence ?? 0, 53);
  bytes.writeInt32BE(records.length, 57);
  let at = BATCH_HEADER_BYTES;
  for (const record of records as readonly MeasuredRecord[]) at = record.write(bytes, at);
  bytes.writeUInt32BE(crc32c(bytes.subarray(CHECKSUMMED_FROM)), 17);
  return { buf: bytes, buffer: bytes, size: () => bytes.length };
}

const int64 = (value: Int64): bigint => BigInt(typeof value === 'object' ? value.toString() : value);

/**
 * A record of a record batch (message format 2): lengths as zigzag varints, then bytes.
 * @returns nothing for what is out of the ordinary (no key, a tombstone, repeated headers, far times): the original does that.
 */
export function encodeRecord({ offsetDelta = 0, timestampDelta = 0, key, value, headers = {} }: KafkaRecord): Encoded | undefined {
  if (typeof key !== 'string' || (typeof value !== 'string' && !Buffer.isBuffer(value))) return undefined;
  if (timestampDelta < 0 || timestampDelta > DELTA_MAX) return undefined;
  const block = plainHeaders(headers);
  const lengths: number[] = [];
  const headerBytes = block === undefined ? measure(headers, lengths) : block.length;
  if (headerBytes === undefined) return undefined;
  return new MeasuredRecord(timestampDelta, offsetDelta, key, value, block ?? headers, lengths, headerBytes);
}

/** A record that knows its length and is written when its batch is. */
class MeasuredRecord implements Encoded {
  private readonly keyBytes: number;
  private readonly valueBytes: number;
  private readonly body: number;

  constructor(
    private readonly timestampDelta: number,
    private readonly offsetDelta: number,
    private readonly key: string,
    private readonly value: string | Buffer,
    /** One text to be written at once, or header by header. */
    private readonly headers: string | Readonly<Record<string, unknown>>,
    private readonly headerLengths: readonly number[],
    headerBytes: number,
  ) {
    this.keyBytes = Buffer.byteLength(key);
    this.valueBytes = typeof value === 'string' ? Buffer.byteLength(value) : value.length;
    this.body =
      ATTRIBUTES_BYTES +
      varintBytes(timestampDelta) +
      varintBytes(offsetDelta) +
      varintBytes(this.keyBytes) +
      this.keyBytes +
      varintBytes(this.valueBytes) +
      this.valueBytes +
      headerBytes;
  }

  size(): number {
    return varintBytes(this.body) + this.body;
  }

  get buf(): Buffer {
    return this.buffer;
  }

  get buffer(): Buffer {
    const bytes = Buffer.allocUnsafe(this.size());
    this.write(bytes, 0);
    return bytes;
  }

  /** @returns where the next record begins */
  write(into: Buffer, from: number): number {
    const { key, value, headers, headerLengths: lengths } = this;
    let at = writeVarint(into, from, this.body);
    into[at++] = 0;
    at = writeVarint(into, at, this.timestampDelta);
    at = writeVarint(into, at, this.offsetDelta);
    at = writeText(into, at, key, this.keyBytes);
    if (typeof value === 'string') at = writeText(into, at, value, this.valueBytes);
    else {
      at = writeVarint(into, at, value.length);
      into.set(value, at);
      at += value.length;
    }
    if (typeof headers === 'string') return at + into.write(headers, at, 'latin1');
    at = writeVarint(into, at, lengths.length / 2);
    let length = 0;
    for (const name in headers) {
      at = writeText(into, at, name, lengths[length++]!);
      at = writeText(into, at, headers[name] as string, lengths[length++]!);
    }
    return at;
  }
}

/** Of a number that is not negative: its zigzag form is the double. @returns where it ends */
function writeVarint(into: Buffer, from: number, value: number): number {
  let at = from;
  let rest = value << 1;
  while ((rest & ~0x7f) !== 0) {
    into[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  into[at++] = rest;
  return at;
}

function writeText(into: Buffer, from: number, value: string, bytes: number): number {
  const at = writeVarint(into, from, bytes);
  into.write(value, at, bytes, 'utf8');
  return at + bytes;
}

/** What of kafkajs's encoder a subclass needs to know: `buf` is filled up to `offset`. */
interface KafkajsEncoder extends Encoded {
  buf: Buffer;
  offset: number;
  writeBufferInternal(buffer: Buffer): void;
  writeEncoder(value: Encoded): this;
}
type EncoderClass = new (initialSize?: number) => KafkajsEncoder;

/** From this length on bytes are referred to instead of copied. */
const PIECE_BYTES_MIN = 4_096;

/** kafkajs's encoder, but large parts of it stay where they are until somebody asks for the whole. */
export function inPieces(Original: EncoderClass): EncoderClass {
  return class extends Original {
    /** What comes before `buf`. */
    private pieces: Buffer[] = [];
    private pieceBytes = 0;

    override writeBufferInternal(buffer: Buffer): void {
      if (buffer.length < PIECE_BYTES_MIN) super.writeBufferInternal(buffer);
      else this.append(buffer);
    }

    override writeEncoder(value: Encoded): this {
      for (const piece of (value as this).pieces ?? []) this.append(piece);
      if (value instanceof Original) this.writeBufferInternal(value.buf.subarray(0, value.offset));
      else super.writeEncoder(value);
      return this;
    }

    override size(): number {
      return this.pieceBytes + this.offset;
    }

    override get buffer(): Buffer {
      if (this.pieceBytes === 0) return this.buf.subarray(0, this.offset);
      if (this.pieces.length > 1 || this.offset > 0) {
        const whole = Buffer.concat([...this.pieces, this.buf.subarray(0, this.offset)]);
        this.pieces = [];
        this.pieceBytes = 0;
        this.offset = 0;
        this.append(whole);
      }
      return this.pieces[0]!;
    }

    private append(piece: Buffer): void {
      if (this.offset > 0) this.pieces.push(this.buf.subarray(0, this.offset));
      this.pieces.push(piece);
      this.pieceBytes += this.offset + piece.length;
      this.buf = this.buf.subarray(this.offset);
      this.offset = 0;
    }
  };
}

interface Addressed<Message> {
  readonly topic: string;
  readonly partitionMetadata: readonly unknown[];
  readonly messages: readonly Message[];
  readonly partitioner: (of: { topic: string; partitionMetadata: readonly unknown[]; message: Message }) => number;
}

/** kafkajs copies a partition's list for every message that joins it. */
export function messagesByPartition<Message>({
  topic,
  partitionMetadata,
  messages,
  partitioner,
}: Addressed<Message>): Record<number, Message[]> {
  const result: Record<number, Message[]> = {};
  if (partitionMetadata.length === 0) return result;
  for (const message of messages) (result[partitioner({ topic, partitionMetadata, message })] ??= []).push(message);
  return result;
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
