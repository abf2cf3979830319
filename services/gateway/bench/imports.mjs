// What a row of a file costs, and that a file of any size takes the same memory: from the bytes to records for Kafka, as an import does it, without
// Kafka and PostgreSQL. The file is made as it is read, gzipped or not. Wants a build.
//   node services/gateway/bench/imports.mjs [megabytes] [--gzip]
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { decideBlock } from '../dist/domain/imports/decide-block.js';
import { readMapping } from '../dist/domain/imports/read-mapping.js';
import { readBlocks } from '../dist/pipeline/imports/read-blocks.js';
import { unpacked } from '../dist/pipeline/imports/unpacked.js';

const megabytes = Number(process.argv.find((word) => /^\d+$/.test(word)) ?? 1_000);
const gzip = process.argv.includes('--gzip');
const LINES = 2_000;
const CHUNK_LINES_BYTES = 64 * 1024;
const mapping = /** @type {import('../dist/domain/imports/read-mapping.js').RowMapping} */ (
  readMapping(
    {
      format: 'csv',
      columns: { Order: 'id', 'E-mail': 'identifiers.email', Phone: 'identifiers.phone', Total: 'value.amount', Shop: 'properties.shop' },
      constants: { event: 'Order Completed', channel: 'store', 'value.currency': 'VND' },
      time: { column: 'Date', format: 'dd/MM/yyyy HH:mm', zone: 'Asia/Ho_Chi_Minh' },
    },
    '/mapping',
  )
);

function* file() {
  const lines = Array.from(
    { length: LINES },
    (_, n) =>
      `A-${n},${String(1 + (n % 28)).padStart(2, '0')}/01/2026 09:30,ann${n}@example.com,+8490${String(1_000_000 + n)},"${1 + (n % 999)},000","Hà ""Nội"" ${n % 9}"\r\n`,
  ).join('');
  yield Buffer.from('Order,Date,E-mail,Phone,Total,Shop\r\n');
  const bytes = Buffer.from(lines);
  for (let sent = 0; sent < megabytes * 1e6; sent += bytes.length)
    for (let at = 0; at < bytes.length; at += CHUNK_LINES_BYTES) yield bytes.subarray(at, at + CHUNK_LINES_BYTES);
}

const source = Readable.from(file(), { objectMode: false });
const body = gzip ? source.pipe(createGzip({ level: 1 })) : source;
const facts = {
  protocol: /** @type {const} */ ('rapport'),
  source: 'bench',
  keyId: 'bench',
  receivedAt: new Date().toISOString(),
  traceparent: '00-0-0-00',
};
let [records, rejects, read, peak, next] = [0, 0, 0, 0, 0];
const cpu = process.cpuUsage();
const began = performance.now();
for await (const block of readBlocks(unpacked(body, 1e13), 'bench', mapping)) {
  const decided = decideBlock(block.reader, block.rows, facts);
  records += decided.records.length;
  rejects += decided.rejects.length;
  read = block.bytesRead;
  const { rss } = process.memoryUsage();
  peak = Math.max(peak, rss);
  if (read < next) continue;
  console.log(
    `${String(Math.round(read / 1e6)).padStart(6)} MB   ${String(records).padStart(9)} rows   ${Math.round(rss / 1e6)} MB resident`,
  );
  next += (megabytes * 1e6) / 10;
}
const { user, system } = process.cpuUsage(cpu);
const seconds = (performance.now() - began) / 1_000;
console.log(
  `${Math.round(read / 1e6)} MB, ${records} rows accepted, ${rejects} rejected in ${seconds.toFixed(1)} s: ${((user + system) / records).toFixed(1)} µs of CPU a row, ${Math.round(records / seconds)} rows/s, at most ${Math.round(peak / 1e6)} MB resident`,
);
