const TEXT_OID = 25;
const HEADER_BYTES = 20;

/**
 * A `text[]` parameter in PostgreSQL's binary form (the driver sends a Buffer as it is). In the text form every quote of a JSON document is
 * escaped and unescaped again: for a state of 800 bytes that is 8 µs in this process and 4 in the server, half of what writing it costs.
 */
export function textArray(texts: readonly string[]): Buffer {
  let size = HEADER_BYTES;
  for (const text of texts) size += 4 + Buffer.byteLength(text);
  const array = Buffer.allocUnsafe(size);
  const dimensions = texts.length === 0 ? 0 : 1;
  let offset = array.writeInt32BE(dimensions, 0);
  offset = array.writeInt32BE(0, offset); // no nulls
  offset = array.writeInt32BE(TEXT_OID, offset);
  if (dimensions === 0) return array.subarray(0, offset);
  offset = array.writeInt32BE(texts.length, offset);
  offset = array.writeInt32BE(1, offset); // the first index
  for (const text of texts) {
    const bytes = array.write(text, offset + 4);
    array.writeInt32BE(bytes, offset);
    offset += 4 + bytes;
  }
  return array;
}
