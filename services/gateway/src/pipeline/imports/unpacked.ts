import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ImportFault } from './import-fault.js';

const GZIP = Buffer.from([0x1f, 0x8b]);
const ZIP = Buffer.from('PK\u0003\u0004', 'latin1');
const UTF16 = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];

/**
 * The file's own bytes, inflated when it is gzipped, whatever it is called: its first bytes tell. Never more than `bytesMax` of them.
 * @throws {ImportFault}
 */
export async function* unpacked(source: AsyncIterable<Buffer>, bytesMax: number): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  const head = await headOf(chunks);
  if (head.subarray(0, 4).equals(ZIP))
    throw new ImportFault('GATEWAY_IMPORT_FORMAT', 'This is a ZIP or Excel file: save it as CSV in UTF-8, or gzip it.');
  if (UTF16.some((mark) => head.subarray(0, 2).equals(mark)))
    throw new ImportFault('GATEWAY_IMPORT_FORMAT', 'This file is UTF-16: save it as UTF-8.');
  const plain = head.subarray(0, 2).equals(GZIP) ? inflated(chunks, head) : joined(chunks, head);
  let bytes = 0;
  for await (const chunk of plain) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new ImportFault('GATEWAY_IMPORT_TOO_LARGE', `The file may have ${bytesMax} bytes, inflated.`);
    yield chunk;
  }
}

async function headOf(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < ZIP.length) {
    const { done, value } = await chunks.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  return head;
}

async function* joined(chunks: AsyncIterator<Buffer>, head: Buffer): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
}

async function* inflated(chunks: AsyncIterator<Buffer>, head: Buffer): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  // whoever reads `gunzip` gets the error
  pipeline(Readable.from(joined(chunks, head), { objectMode: false }), gunzip, () => undefined);
  try {
    yield* gunzip as AsyncIterable<Buffer>;
  } catch (error) {
    if (!String((error as NodeJS.ErrnoException).code).startsWith('Z_')) throw error;
    throw new ImportFault('GATEWAY_GZIP_INVALID', 'The file is not valid gzip, or its end is missing.');
  }
}
