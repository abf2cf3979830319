// npm run bench -- [--seconds 60] [--customers 5000,100000] [--only acceptance,walk,latency] [--json FILE] [--env NAME=value] [--node-arg=--flag] [--profile] [--statements]
import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { freePort, startRapport } from '../deploy/local/stack.mjs';
import { batchTable, STATEMENT_SETTINGS, StatementMeter, streamCounts } from './details.mjs';
import { LagMeter } from './lag.mjs';
import { prepareCampaign } from './prepare.mjs';
import { table, usageTable } from './report.mjs';
import { usageOf } from './usage.mjs';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    customers: { type: 'string', default: '5000,100000' },
    only: { type: 'string', default: 'acceptance,walk,latency' },
    json: { type: 'string' },
    /** `NAME=value` for every service; may be repeated. */
    env: { type: 'string', multiple: true, default: [] },
    /** A flag of Node.js or V8 for every service; may be repeated. */
    'node-arg': { type: 'string', multiple: true, default: [] },
    profile: { type: 'boolean', default: false },
    statements: { type: 'boolean', default: false },
    partitions: { type: 'string', default: '2' },
    /** Events that may be anywhere between acceptance and the end of the walk: full batches, and a lag that cannot grow. */
    'under-way': { type: 'string', default: '20000' },
  },
});
const SECONDS = Number(options.seconds);
const UNDER_WAY_MAX = Number(options['under-way']);
/** Between two looks at the lag: each costs the broker and the database something. */
const LOOK_MS = 250;
const say = (/** @type {string} */ text) => console.log(text);
const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The load generator as a process with questions and answers. */
async function startLoad() {
  const smtpPort = await freePort();
  const child = fork(fileURLToPath(new URL('./load.mjs', import.meta.url)), [String(smtpPort)]);
  await new Promise((resolve) => child.once('message', resolve));
  let last = 0;
  const ask = (/** @type {Record<string, unknown>} */ message) =>
    /** @type {Promise<any>} */ (
      new Promise((resolve) => {
        const id = ++last;
        const onMessage = (/** @type {any} */ answer) => {
          if (answer.id !== id) return;
          child.off('message', onMessage);
          resolve(answer.result);
        };
        child.on('message', onMessage);
        child.send({ id, ...message });
      })
    );
  return {
    child,
    smtpUrl: `smtp://127.0.0.1:${smtpPort}`,
    ask,
    credits: (/** @type {number} */ credits) => child.send({ command: 'credits', credits }),
  };
}

async function stackWith(/** @type {any} */ extra) {
  const dir = await mkdtemp(join(tmpdir(), 'rapport-bench-'));
  const rapport = await startRapport({
    dir,
    freePorts: true,
    mailbox: false,
    partitions: Number(options.partitions),
    env: {
      LOG_LEVEL: 'warn',
      RATE_LIMIT_PER_SECOND: '1000000',
      RATE_LIMIT_BURST: '1000000',
      ...Object.fromEntries(options.env.map((setting) => setting.split(/=(.*)/s, 2))),
    },
    ...extra,
  });
  return {
    rapport,
    dir,
    stop: async () => {
      await rapport.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const pidsOf = (/** @type {any} */ rapport, /** @type {any} */ load) => ({
  ...Object.fromEntries(Object.entries(rapport.services).map(([name, processes]) => [name, /** @type {any[]} */ (processes)[0].pid])),
  kafka: rapport.kafka.pid,
  postgresql: rapport.postgres.pid,
  'load generator': load.child.pid,
});

const usage = (/** @type {Record<string, number>} */ pids) =>
  Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, usageOf(pid)]));

/** Acceptance alone: Kafka and the gateway, nobody reads. */
async function acceptance() {
  const load = await startLoad();
  const { rapport, stop } = await stackWith({ services: ['gateway'] });
  try {
    await load.ask({ command: 'target', url: rapport.gatewayUrl, writeKey: rapport.writeKey });
    const result = /** @type {Record<string, any>} */ ({});
    for (const [name, batchSize] of /** @type {const} */ ([
      ['one by one', 1],
      ['batches of 20', 20],
    ])) {
      await measureSustained(load, pidsOf(rapport, load), { batchSize, seconds: 5, credit: () => 100_000 });
      result[name] = await measureSustained(load, pidsOf(rapport, load), {
        batchSize,
        seconds: Math.min(SECONDS, 15),
        credit: () => 100_000,
      });
    }
    await load.ask({ command: 'steady', perSecond: 1_000, seconds: 3, traffic: { customers: 5_000, seed: 2, run: 'warm' } });
    result['at 1,000/s'] = (
      await load.ask({
        command: 'steady',
        perSecond: 1_000,
        seconds: Math.min(SECONDS, 15),
        traffic: { customers: 5_000, seed: 3, run: 'acc' },
      })
    ).accept;
    return result;
  } finally {
    load.child.disconnect();
    await stop();
  }
}

let runs = 0;
async function measureSustained(
  /** @type {any} */ load,
  /** @type {Record<string, number>} */ pids,
  /** @type {any} */ { batchSize, seconds, credit, customers = 5_000, introduced = false },
) {
  await load.ask({
    command: 'sustained',
    batchSize,
    traffic: { customers, introduced, seed: 11 + runs, run: `s${++runs}x${process.pid}` },
  });
  const before = await load.ask({ command: 'counts' });
  const usedBefore = usage(pids);
  const started = performance.now();
  let after = before;
  while (performance.now() - started < seconds * 1000 || (introduced && after.accepted - before.accepted < customers)) {
    load.credits(await credit());
    await sleep(LOOK_MS);
    if (introduced) after = await load.ask({ command: 'counts' });
  }
  after = await load.ask({ command: 'counts' });
  const used = usage(pids);
  const took = (performance.now() - started) / 1000;
  await load.ask({ command: 'pause' });
  const events = after.accepted - before.accepted;
  return {
    events,
    perSecond: events / took,
    refused: after.refused - before.refused,
    mails: after.mails - before.mails,
    cpuUsPerEvent: Object.fromEntries(Object.entries(used).map(([name, { us }]) => [name, (us - (usedBefore[name]?.us ?? 0)) / events])),
    megabytes: Object.fromEntries(Object.entries(used).map(([name, { bytes }]) => [name, bytes / 1e6])),
  };
}

/** The whole walk: sustained for a while with as many events under way as fill the batches, then latency at 1,000/s. */
async function walk(/** @type {number} */ customers) {
  const load = await startLoad();
  const profiled = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${join(tmpdir(), 'rapport-profiles')}`] : [];
  const { rapport, stop } = await stackWith({
    serviceEnvs: { notifications: { SMTP_URL: load.smtpUrl } },
    nodeArgs: [...options['node-arg'], ...profiled],
    ...(options.statements ? { postgresSettings: STATEMENT_SETTINGS } : {}),
  });
  const statements = options.statements ? await StatementMeter.open(rapport.adminUrl) : undefined;
  const meter = await LagMeter.open(rapport.brokers, rapport.adminUrl);
  try {
    await load.ask({ command: 'target', url: rapport.gatewayUrl, writeKey: rapport.writeKey });
    await prepareCampaign(rapport.gatewayUrl, rapport.serverKey);
    const pids = pidsOf(rapport, load);
    const lags = /** @type {number[]} */ ([]);
    const credit = async () => {
      const lag = await meter.read();
      lags.push(lag.total);
      return Math.max(0, UNDER_WAY_MAX - lag.total);
    };
    const result = /** @type {Record<string, any>} */ ({ customers });
    if (options.only.includes('walk')) {
      say(`  ${customers} customers: each says who he is, then warming up …`);
      await measureSustained(load, pids, { batchSize: 20, seconds: Math.min(20, SECONDS), credit, customers, introduced: true });
      lags.length = 0;
      say(`  ${customers} customers: measuring for ${SECONDS} s …`);
      await statements?.reset();
      const counted = await streamCounts(rapport.services);
      result.sustained = await measureSustained(load, pids, { batchSize: 20, seconds: SECONDS, credit, customers });
      say(batchTable(counted, await streamCounts(rapport.services)));
      if (statements) say(await statements.table(result.sustained.events));
      const half = lags.length >> 1;
      const mean = (/** @type {number[]} */ list) => list.reduce((a, b) => a + b, 0) / Math.max(1, list.length);
      result.sustained.lag = { firstHalf: mean(lags.slice(0, half)), secondHalf: mean(lags.slice(half)), max: Math.max(...lags) };
      await meter.drained();
    }
    if (options.only.includes('latency')) {
      if (!options.only.includes('walk')) {
        say(`  ${customers} customers: warming up …`);
        await load.ask({ command: 'steady', perSecond: 1_000, seconds: 20, traffic: { customers, seed: 6, run: `warm${customers}` } });
        await meter.drained();
      }
      say(`  ${customers} customers: latency at 1,000/s …`);
      const usedBefore = usage(pids);
      const counted = await streamCounts(rapport.services);
      const latency = await load.ask({
        command: 'steady',
        trace: true,
        brokers: rapport.brokers.split(','),
        perSecond: 1_000,
        seconds: Math.min(SECONDS, 30),
        traffic: { customers, seed: 7, run: `lat${customers}` },
      });
      const used = usage(pids);
      say(batchTable(counted, await streamCounts(rapport.services)));
      const events = latency.accept.n;
      result.at1000 = {
        ...latency,
        cpuUsPerEvent: Object.fromEntries(
          Object.entries(used).map(([name, { us }]) => [name, (us - (usedBefore[name]?.us ?? 0)) / events]),
        ),
      };
    }
    return result;
  } finally {
    await statements?.close();
    await meter.close();
    load.child.disconnect();
    await stop();
  }
}

const report = /** @type {Record<string, any>} */ ({
  machine: { cpus: cpus().length, model: cpus()[0]?.model, memoryGb: Math.round(totalmem() / 1e9), node: process.version },
  at: new Date().toISOString(),
});
if (options.only.includes('acceptance')) {
  say('acceptance alone …');
  report.acceptance = await acceptance();
}
if (options.only.includes('walk') || options.only.includes('latency')) {
  say('the whole walk …');
  report.walk = [];
  for (const customers of options.customers.split(',').map(Number)) report.walk.push(await walk(customers));
}
say(table(report));
for (const run of report.walk ?? []) if (run.sustained) say(usageTable(run));
if (options.json) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
else say(JSON.stringify(report));
process.exit(0);
