// npm run chaos -- [--kills 200] [--least 5] [--replicas 2] [--outage 60] [--seed N] [--customers N]
import { parseArgs } from 'node:util';
import { chaos } from './run.mjs';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '29' },
    least: { type: 'string', default: '5' },
    seed: { type: 'string' },
    customers: { type: 'string', default: '24' },
    replicas: { type: 'string', default: '2' },
    outage: { type: 'string', default: '60' },
    json: { type: 'boolean' },
  },
});
const say = values.json ? (/** @type {string} */ text) => console.error(text) : console.log;
const result = await chaos({
  kills: Number(values.kills),
  least: Number(values.least),
  customers: Number(values.customers),
  replicas: Number(values.replicas),
  outageSeconds: Number(values.outage),
  ...(values.seed ? { seed: Number(values.seed) } : {}),
  say,
});
const { verdict } = result;
const unchanged = JSON.stringify(result.replay.before) === JSON.stringify(result.replay.after);
if (values.json) console.log(JSON.stringify({ ...result, unchanged }));
else {
  console.log(
    `killed: ${Object.entries(result.killed)
      .map(([name, n]) => `${name} ${n}`)
      .join(', ')}`,
  );
  console.log(
    `client: ${Object.entries(result.counts)
      .map(([name, n]) => `${name} ${n}`)
      .join(', ')}`,
  );
  console.log(`acknowledged while PostgreSQL was away for ${result.outage.seconds} s: ${result.outage.acknowledged}`);
  console.log(`deliveries: ${JSON.stringify(result.details)}`);
  console.log(`by the ledger and by the product: ${JSON.stringify(result.counted)}`);
  for (const list of Object.values(verdict)) for (const text of list.slice(0, 10)) console.log(`  ${text}`);
  console.log(
    `acknowledged lost ${verdict.lost.length}, effects twice ${verdict.twice.length}, out of order ${verdict.order.length}, caps exceeded ${verdict.caps.length}`,
  );
  console.log(
    unchanged
      ? 'the replay changed nothing and sent nothing'
      : `the replay changed something:\n  ${JSON.stringify(result.replay.before)}\n  ${JSON.stringify(result.replay.after)}`,
  );
}
process.exit(unchanged && Object.values(verdict).every((list) => list.length === 0) ? 0 : 1);
