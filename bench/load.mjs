// The load generator: a process of its own, so that its share of the machine shows. Driven by its parent over IPC.
import { createRequire } from 'node:module';
import { messages } from './events.mjs';
import { Line, requestOf } from './http-load.mjs';

const { SMTPServer } = createRequire(import.meta.url)('smtp-server');
let authorization = '';
let lines = /** @type {Lines} */ (/** @type {unknown} */ (undefined));

/** When each traced message was given to the gateway, and when its effects were seen: milliseconds of this process's clock. */
const sentAt = new Map();
const counts = { accepted: 0, refused: 0 };
let acceptMs = /** @type {number[]} */ ([]);
let credits = 0;

/** So many connections, each with one request under way; further requests wait for the next that is free. */
class Lines {
  /** @type {Line[]} */
  #idle = [];
  /** @type {((line: Line) => void)[]} */
  #waiting = [];

  constructor(/** @type {string} */ url, /** @type {number} */ count) {
    this.url = url;
    for (let n = 0; n < count; n++) this.#idle.push(new Line(new URL(url)));
  }

  /** @returns {Promise<number>} the status; 0 when the connection broke */
  async post(/** @type {string} */ path, /** @type {unknown} */ body) {
    const free = this.#idle.pop() ?? (await new Promise((/** @type {(line: Line) => void} */ resolve) => this.#waiting.push(resolve)));
    const line = free.open ? free : new Line(new URL(this.url));
    const status = await line.send(requestOf(new URL(path, this.url), { authorization }, JSON.stringify(body)));
    this.#free(status === 0 ? new Line(new URL(this.url)) : line);
    return status;
  }

  #free(/** @type {Line} */ line) {
    const next = this.#waiting.shift();
    if (next) next(line);
    else this.#idle.push(line);
  }
}

/** As many batches at once as credits allow: the parent gives them as fast as the whole walk takes events in. */
async function sustained(
  /** @type {Generator<Record<string, unknown>, never>} */ source,
  /** @type {number} */ batchSize,
  /** @type {() => boolean} */ goOn,
) {
  const worker = async () => {
    while (goOn()) {
      if (credits < batchSize) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        continue;
      }
      credits -= batchSize;
      const batch = Array.from({ length: batchSize }, () => source.next().value);
      const status = await lines.post('/v1/batch', { batch });
      if (status === 200) counts.accepted += batchSize;
      else counts.refused += batchSize;
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

/** Open loop: so many single requests a second whatever the answers do, each timed from when it was due. */
async function steady(
  /** @type {Generator<Record<string, unknown>, never>} */ source,
  /** @type {number} */ perSecond,
  /** @type {number} */ seconds,
  /** @type {boolean} */ trace,
) {
  const started = performance.now();
  const under = new Set();
  for (let n = 0; n < perSecond * seconds; ) {
    const due = Math.min(perSecond * seconds, Math.floor(((performance.now() - started) * perSecond) / 1000));
    for (; n < due; n++) {
      const message = source.next().value;
      const at = started + (n * 1000) / perSecond;
      if (trace) sentAt.set(message.messageId, at);
      const work = lines.post(`/v1/${message.type}`, message).then((status) => {
        acceptMs.push(performance.now() - at);
        if (status === 200) counts.accepted++;
        else counts.refused++;
      });
      under.add(work);
      work.finally(() => under.delete(work));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.allSettled(under);
}

/** Reads profiles.updated.v1 from its end on: accepted → profile, for traced messages. */
async function watchProfiles(/** @type {string[]} */ brokers) {
  const { createKafka } = await import('@rapport/platform');
  const consumer = createKafka('bench-load', brokers).consumer({ groupId: `bench-${process.pid}`, maxWaitTimeInMs: 10 });
  const latencies = /** @type {number[]} */ ([]);
  await consumer.connect();
  await consumer.subscribe({ topic: 'profiles.updated.v1', fromBeginning: false });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      const now = performance.now();
      for (const { value } of batch.messages) {
        for (const [, messageId] of String(value).matchAll(/"messageId":"([^"]+)"/g)) {
          const at = sentAt.get(messageId);
          if (at !== undefined) latencies.push(now - at);
        }
      }
    },
  });
  await joined;
  return { latencies, stop: () => consumer.disconnect() };
}

/** The mail server of the benchmark: accepted → notification handed over, by the address that the trigger carried. */
const mailMs = /** @type {number[]} */ ([]);
let mails = 0;
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData(/** @type {any} */ stream, /** @type {any} */ session, /** @type {(error?: Error) => void} */ callback) {
    stream.resume();
    stream.on('end', () => {
      mails++;
      const [run, n] = String(session.envelope.rcptTo[0]?.address).split('@')[0]?.split('.') ?? [];
      const at = sentAt.get(`${run}-${n}`);
      if (at !== undefined) mailMs.push(performance.now() - at);
      callback();
    });
  },
});
smtp.on('error', () => undefined);

function quantiles(/** @type {number[]} */ values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (/** @type {number} */ q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
  return { n: sorted.length, p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? Number.NaN };
}

let running = true;
process.on('message', async (/** @type {any} */ message) => {
  const { id, command } = message;
  const answer = (/** @type {unknown} */ result) => process.send?.({ id, result });
  if (command === 'target') {
    authorization = `Basic ${Buffer.from(`${message.writeKey}:`).toString('base64')}`;
    lines = new Lines(message.url, 64);
    answer(true);
  } else if (command === 'credits') credits = message.credits;
  else if (command === 'counts') answer({ ...counts, mails, cpu: process.cpuUsage(), rss: process.memoryUsage().rss });
  else if (command === 'sustained') {
    running = true;
    void sustained(messages(message.traffic), message.batchSize, () => running);
    answer(true);
  } else if (command === 'pause') {
    running = false;
    answer(true);
  } else if (command === 'steady') {
    acceptMs = [];
    const watch = message.trace ? await watchProfiles(message.brokers) : undefined;
    await steady(messages(message.traffic), message.perSecond, message.seconds, Boolean(message.trace));
    if (watch) await new Promise((resolve) => setTimeout(resolve, 5_000)); // what is still on its way
    await watch?.stop();
    answer({ accept: quantiles(acceptMs), profile: quantiles(watch?.latencies ?? []), mail: quantiles(mailMs) });
    sentAt.clear();
  }
});
process.on('disconnect', () => process.exit(0));

smtp.listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.({ ready: true }));
