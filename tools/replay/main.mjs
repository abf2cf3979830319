// npm run replay -- online-retail [--rows N] [--shift-to-now] [--rate N] [--verify]
// npm run replay -- disorder [--rows N] [--seed N]
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readInvoices } from './online-retail.mjs';
import { replayDisorder } from './replay-disorder.mjs';
import { replay } from './send.mjs';
import { verify } from './verify.mjs';

const DATA = fileURLToPath(new URL('../../../shared/data/online-retail.csv.gz', import.meta.url));
const USAGE =
  'usage: npm run replay -- online-retail [--rows N] [--shift-to-now] [--rate EVENTS_PER_SECOND] [--verify]\n       npm run replay -- disorder [--rows N] [--seed N]';

/** @param {string | undefined} text @param {string} name @returns {number} */
function count(text, name) {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new TypeError(`--${name} is a whole number from 1, not ${text}\n${USAGE}`);
  return Number(text);
}

/** Where the gateway is and which keys it takes: from the environment, or from the running `npm start`. */
function target() {
  const { RAPPORT_URL, RAPPORT_WRITE_KEY, RAPPORT_SERVER_KEY } = process.env;
  if (RAPPORT_URL && RAPPORT_WRITE_KEY && RAPPORT_SERVER_KEY)
    return { gateway: RAPPORT_URL, writeKey: RAPPORT_WRITE_KEY, serverKey: RAPPORT_SERVER_KEY };
  const file = new URL('../../.rapport/dev.json', import.meta.url);
  if (!existsSync(file))
    throw new Error(
      'nothing to replay into: run `npm start` in another terminal, or set RAPPORT_URL, RAPPORT_WRITE_KEY and RAPPORT_SERVER_KEY',
    );
  return JSON.parse(readFileSync(file, 'utf8'));
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rows: { type: 'string' },
      rate: { type: 'string' },
      'shift-to-now': { type: 'boolean' },
      verify: { type: 'boolean' },
      seed: { type: 'string' },
      file: { type: 'string' },
    },
  });
  if (!['online-retail', 'disorder'].includes(positionals[0] ?? '') || positionals.length !== 1) throw new TypeError(USAGE);
  const file = values.file ?? DATA;
  if (!existsSync(file)) {
    console.log(
      `skipped: the data set is not here (${values.file ?? '../shared/data/online-retail.csv.gz'}); it is UCI Online Retail, CC BY 4.0`,
    );
    return 0;
  }
  const rate = count(values.rate, 'rate');
  const { gateway, writeKey, serverKey } = target();
  console.log('reading the file …');
  const invoices = await readInvoices(file, count(values.rows, 'rows'));
  if (positionals[0] === 'disorder') {
    const differences = await replayDisorder({
      gateway,
      serverKey,
      invoices,
      seed: values.seed === undefined ? 1 : count(values.seed, 'seed'),
    });
    console.log(`differences: ${differences}`);
    return differences === 0 ? 0 : 1;
  }
  const shiftMs = values['shift-to-now'] ? Date.now() - Math.max(...invoices.map((invoice) => invoice.at.getTime())) : 0;
  const sent = await replay({ gateway, writeKey, invoices, rate, shiftMs });
  console.log(
    `${sent.events} events of ${invoices.length} invoices accepted in ${sent.seconds.toFixed(1)} s, ${Math.round(sent.events / sent.seconds)}/s; ${sent.failed} refused`,
  );
  if (!values.verify) return sent.failed === 0 ? 0 : 1;
  const differences = await verify({ gateway, serverKey, file, rows: count(values.rows, 'rows') });
  console.log(`differences: ${differences}`);
  return sent.failed === 0 && differences === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
