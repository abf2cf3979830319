// Array parameters in PostgreSQL's binary form; the driver sends a Buffer as it is. In the text form every element is quoted here and unquoted and
// parsed there: for a JSON document of 800 bytes that is 8 µs in this process and 4 in the server, half of what writing it costs.

const TEXT_OID = 25;
const UUID_OID = 2950;
const TIMESTAMPTZ_OID = 1184;
const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
/** The length of an element that is null. */
const NULL = -1;

/** An array of one dimension of `count` elements, which are still to be written, from `HEADER_BYTES` on, into `elementsBytes`. */
function arrayOf(oid: number, count: number, elementsBytes: number, hasNulls = false): Buffer {
  const array = Buffer.allocUnsafe(count === 0 ? 12 : HEADER_BYTES + elementsBytes);
  array.writeInt32BE(count === 0 ? 0 : 1, 0);
  array.writeInt32BE(hasNulls ? 1 : 0, 4);
  array.writeInt32BE(oid, 8);
  if (count === 0) return array;
  array.writeInt32BE(count, 12);
  array.writeInt32BE(1, 16); // the first index
  return array;
}

/** A `text[]` parameter. */
export function textArray(texts: readonly string[]): Buffer {
  let bytes = 0;
  for (const text of texts) bytes += LENGTH_BYTES + Buffer.byteLength(text);
  const array = arrayOf(TEXT_OID, texts.length, bytes);
  let at = HEADER_BYTES;
  for (const text of texts) {
    const length = array.write(text, at + LENGTH_BYTES);
    at = array.writeInt32BE(length, at) + length;
  }
  return array;
}

/**
 * A `uuid[]` parameter.
 * @throws RangeError for what is not a UUID: 32 hexadecimal digits, with dashes between them or without.
 */
export function uuidArray(ids: readonly (string | null)[]): Buffer {
  let nulls = 0;
  for (const id of ids) if (id === null) nulls++;
  const array = arrayOf(UUID_OID, ids.length, ids.length * LENGTH_BYTES + (ids.length - nulls) * UUID_BYTES, nulls > 0);
  let at = HEADER_BYTES;
  for (const id of ids) {
    at = array.writeInt32BE(id === null ? NULL : UUID_BYTES, at);
    if (id !== null) at = writeUuid(array, at, id);
  }
  return array;
}

const UUID_BYTES = 16;
const DASH = '-'.charCodeAt(0);
/** The value of a hexadecimal digit by its character code; -1 for what is none. */
const DIGITS = Int8Array.from({ length: 128 }, (_, code) => '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase()));

function writeUuid(into: Buffer, from: number, id: string): number {
  const end = from + UUID_BYTES;
  let at = from;
  let index = 0;
  while (at < end) {
    if (id.charCodeAt(index) === DASH) index++;
    const high = DIGITS[id.charCodeAt(index++)] ?? -1;
    const low = DIGITS[id.charCodeAt(index++)] ?? -1;
    if (high < 0 || low < 0) throw new RangeError('not a UUID');
    into[at++] = (high << 4) | low;
  }
  if (index !== id.length) throw new RangeError('not a UUID');
  return end;
}

/** A `timestamptz[]` parameter. @param times milliseconds since 1970, whole numbers @throws RangeError for what is not one */
export function timestampArray(times: readonly number[]): Buffer {
  const array = arrayOf(TIMESTAMPTZ_OID, times.length, times.length * (LENGTH_BYTES + TIMESTAMP_BYTES));
  let at = HEADER_BYTES;
  for (const ms of times) {
    at = array.writeInt32BE(TIMESTAMP_BYTES, at);
    at = array.writeBigInt64BE(BigInt(ms - EPOCH_2000_MS) * 1_000n, at);
  }
  return array;
}

const TIMESTAMP_BYTES = 8;
/** PostgreSQL counts microseconds from 2000 on. */
const EPOCH_2000_MS = Date.UTC(2000, 0, 1);
