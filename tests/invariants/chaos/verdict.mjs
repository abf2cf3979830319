import { createKafka } from '@rapport/platform';
import pg from 'pg';
import { judgeCases, judgeImport, judgeMaps } from './verdict-cases.mjs';

/** @typedef {import('./ledger.mjs').Ledger} Ledger */
const FACT_TOPICS = [
  'interactions.recorded.v1',
  'profiles.updated.v1',
  'segmentation.membership-changed.v1',
  'segmentation.customer-classified.v1',
  'notifications.delivery-changed.v1',
  'interactions.case-changed.v1',
];
const DEAD_LETTERS = 'interactions.record.dlq';
/** Decree 91/2020 and the product's defaults: advertisements by e-mail in 24 hours. */
const MARKETING_CAP = 3;
/** What the journey writes to whoever orders for the first time. */
export const JOURNEY_SUBJECT = 'Your first order';

/** Looks into the tables and the topics from outside. */
export class Auditor {
  /** What was counted, by its name: by the ledger, and by the product. @type {Record<string, [number, number]>} */
  counted = {};

  /** @param {{brokers: string[], adminUrl: string, url: string, serverKey: string, ledger: Ledger}} options */
  constructor(options) {
    this.options = options;
  }

  async open() {
    this.kafka = createKafka('chaos-auditor', this.options.brokers);
    this.admin = this.kafka.admin();
    await this.admin.connect();
    this.database = new pg.Client({ connectionString: this.options.adminUrl });
    await this.database.connect();
    return this;
  }

  async close() {
    await this.admin?.disconnect();
    await this.database?.end();
  }

  async rows(/** @type {string} */ text) {
    return /** @type {Record<string, any>[]} */ ((await /** @type {pg.Client} */ (this.database).query(text)).rows);
  }

  /** What a door of the product answers. @param {string} path @returns {Promise<any>} */
  async ask(path) {
    const response = await fetch(`${this.options.url}${path}`, { headers: { authorization: `Bearer ${this.options.serverKey}` } });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  async end(/** @type {string} */ topic) {
    const offsets = await /** @type {any} */ (this.admin).fetchTopicOffsets(topic);
    return offsets.reduce((/** @type {number} */ sum, /** @type {any} */ { high }) => sum + Number(high), 0);
  }

  /** Everything that a replay must not change. */
  async snapshot() {
    const ends = /** @type {Record<string, number>} */ ({});
    for (const topic of FACT_TOPICS) ends[topic] = await this.end(topic);
    const [counts] = await this.rows(`SELECT
      (SELECT count(*)::int FROM interactions.interactions) AS interactions,
      (SELECT sum(version)::int FROM profiles.profiles) AS versions,
      (SELECT json_build_object('cases', count(*), 'versions', sum(version)) FROM interactions.cases) AS cases,
      (SELECT count(*)::int FROM interactions.case_interactions) AS "caseInteractions",
      (SELECT sum(n)::text FROM interactions.journey_counts) AS "journeyCounts",
      (SELECT sum(n)::text FROM interactions.channel_counts) AS "channelCounts",
      (SELECT count(*)::int FROM notifications.deliveries) AS deliveries,
      (SELECT count(*)::int FROM notifications.deliveries WHERE status IN ('queued', 'dispatching')) AS "underWay",
      (SELECT count(*)::int FROM notifications.tasks) AS tasks`);
    return { ends, ...counts, mails: this.options.ledger.mails.length, webhooks: this.options.ledger.webhooks.length };
  }

  /** Waits until the clock has taken everybody out of a segment: who leaves it during the replay would look like a change by the replay. */
  async nobodyIn(/** @type {string} */ segmentId, timeoutMs = 300_000) {
    for (const until = Date.now() + timeoutMs; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 1_000))) {
      const [row] = await this.rows(`SELECT count(*)::int AS n FROM segmentation.memberships WHERE segment_id = '${segmentId}'`);
      if (row?.n === 0) return;
    }
    throw new Error(`after ${timeoutMs} ms there are still members of ${segmentId}`);
  }

  /** Waits until every stage stands at the end of its log, no outbox row waits, and nothing moves any more. */
  async quiet(timeoutMs = 180_000) {
    const until = Date.now() + timeoutMs;
    for (let before = '', still = 0; still < 3; ) {
      if (Date.now() > until) throw new Error(`still moving after ${timeoutMs} ms: ${before}`);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      const lag = await this.lag();
      const now = JSON.stringify([lag, await this.snapshot()]);
      still = now === before && Object.values(lag).every((n) => n === 0) ? still + 1 : 0;
      before = now;
    }
  }

  async lag() {
    const lag = /** @type {Record<string, number>} */ ({});
    for (const schema of ['interactions', 'profiles', 'segmentation', 'notifications']) {
      for (const { consumer, topic, done } of await this.rows(
        `SELECT consumer, topic, sum(next_offset)::bigint AS done FROM ${schema}.stream_positions GROUP BY consumer, topic`,
      )) {
        lag[`${consumer} ${topic}`] = (await this.end(topic)) - Number(done);
      }
      const [row] = await this.rows(`SELECT count(*)::int AS n FROM ${schema}.stream_outbox`);
      lag[`${schema} outbox`] = row?.n;
    }
    return lag;
  }

  /** A reader of a topic that honours the origin marks. */
  async read(/** @type {string} */ topic, /** @type {(value: any, headers: Record<string, string>) => void} */ each) {
    const total = await this.end(topic);
    if (total === 0) return;
    const marks = new Map();
    const consumer = /** @type {import('kafkajs').Kafka} */ (this.kafka).consumer({ groupId: `auditor-${topic}-${Date.now()}` });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    let seen = 0;
    await new Promise((resolve, reject) => {
      consumer
        .run({
          autoCommit: false,
          eachMessage: async ({ partition, message }) => {
            const headers = Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]));
            const origin = `${partition} ${headers.origin}`;
            const sequence = BigInt(headers['origin-seq'] ?? '0');
            if (headers.origin === undefined || sequence > (marks.get(origin) ?? 0n)) {
              marks.set(origin, sequence);
              each(topic.endsWith('.dlq') ? null : JSON.parse(String(message.value)), headers);
            }
            if (++seen === total) resolve(undefined);
          },
        })
        .catch(reject);
    });
    await consumer.disconnect();
  }

  /** Compares all of it with the ledger. @returns every violation in words, by kind. */
  async verdict() {
    const { ledger } = this.options;
    const wrong = {
      lost: /** @type {string[]} */ ([]),
      twice: /** @type {string[]} */ ([]),
      order: /** @type {string[]} */ ([]),
      caps: /** @type {string[]} */ ([]),
    };
    await this.#records(wrong);
    await this.#profiles(wrong);
    await this.#facts(wrong);
    await this.#deliveries(wrong);
    await judgeCases(this, wrong);
    await judgeMaps(this, wrong);
    await judgeImport(this, wrong);
    let dead = 0;
    await this.read(DEAD_LETTERS, () => void dead++);
    if (dead < ledger.poison) wrong.lost.push(`${ledger.poison} poisoned records, ${dead} dead letters`);
    if (dead > ledger.poison) wrong.twice.push(`${ledger.poison} poisoned records, ${dead} dead letters`);
    return wrong;
  }

  async #records(/** @type {any} */ wrong) {
    const { ledger } = this.options;
    const recorded = new Map(
      (await this.rows(`SELECT record->>'messageId' AS id, count(*)::int AS n FROM interactions.interactions GROUP BY 1`)).map(
        ({ id, n }) => [id, n],
      ),
    );
    for (const id of ledger.acknowledged.keys())
      if (!recorded.has(id)) wrong.lost.push(`interaction ${id} was acknowledged and is not recorded`);
    for (const [id, n] of recorded) if (n > 1) wrong.twice.push(`interaction ${id} is recorded ${n} times`);
  }

  async #profiles(/** @type {any} */ wrong) {
    const { ledger, url, serverKey } = this.options;
    const expected = new Map();
    for (const { customer, kind, mills } of ledger.acknowledged.values()) {
      const sum = expected.get(customer) ?? { contacts: 0, orders: 0, cents: 0n };
      sum.contacts++;
      if (kind === 'order') sum.orders++;
      sum.cents += mills;
      expected.set(customer, sum);
    }
    for (const [customer, sum] of expected) {
      const response = await fetch(`${url}/v1/profiles/userId:${customer}`, { headers: { authorization: `Bearer ${serverKey}` } });
      const profile = /** @type {any} */ (await response.json());
      if (!response.ok) {
        wrong.lost.push(`customer ${customer}: ${response.status}`);
        continue;
      }
      const contacts = Object.values(profile.contacts.byChannel).reduce(
        (/** @type {number} */ total, /** @type {any} */ { count }) => total + count,
        0,
      );
      const amount = profile.orders.revenue.find((/** @type {any} */ money) => money.currency === 'GBP')?.amount ?? '0.00';
      const [units, cents = ''] = amount.split('.');
      const is = { contacts, orders: profile.orders.count, cents: BigInt(units) * 100n + BigInt(cents.padEnd(2, '0')) };
      for (const name of /** @type {const} */ (['contacts', 'orders', 'cents'])) {
        if (is[name] < sum[name]) wrong.lost.push(`${customer}: ${name} ${is[name]}, acknowledged ${sum[name]}`);
        if (is[name] > sum[name]) wrong.twice.push(`${customer}: ${name} ${is[name]}, acknowledged ${sum[name]}`);
      }
    }
  }

  async #facts(/** @type {any} */ wrong) {
    const last = new Map();
    const applied = new Map();
    await this.read('profiles.updated.v1', ({ applied: interactions }) => {
      for (const { messageId, subject, properties } of interactions) {
        applied.set(messageId, (applied.get(messageId) ?? 0) + 1);
        if (!subject.startsWith('userId:') || properties?.n === undefined) continue;
        if (properties.n <= (last.get(subject) ?? -1)) wrong.order.push(`${subject}: ${properties.n} after ${last.get(subject)}`);
        last.set(subject, properties.n);
      }
    });
    for (const id of this.options.ledger.acknowledged.keys())
      if (!applied.has(id)) wrong.lost.push(`interaction ${id} is in no profile's fact`);
    for (const [id, n] of applied) if (n > 1) wrong.twice.push(`interaction ${id} was applied in ${n} facts`);
    const memberships = new Map();
    await this.read('segmentation.membership-changed.v1', ({ profileId, segmentId, sequence }) => {
      const key = `${profileId} ${segmentId} ${sequence}`;
      if (memberships.has(key)) wrong.twice.push(`membership ${key}`);
      memberships.set(key, true);
    });
  }

  /** Each request leads to one message at the most, by its stable id; marketing within the cap; nothing forgotten. */
  async #deliveries(/** @type {any} */ wrong) {
    const { ledger } = this.options;
    const perMail = new Map();
    for (const { messageId } of ledger.mails) perMail.set(messageId, (perMail.get(messageId) ?? 0) + 1);
    const perWebhook = new Map();
    for (const { id } of ledger.webhooks) perWebhook.set(id, (perWebhook.get(id) ?? 0) + 1);
    const rows = await this.rows(
      `SELECT d.id, d.notification_id, d.channel, d.purpose, d.status, d.attempt, d.provider_message_id, d.address FROM notifications.deliveries d`,
    );
    const byNotification = new Map();
    for (const row of rows) byNotification.set(row.notification_id, [...(byNotification.get(row.notification_id) ?? []), row]);
    const known = new Set((await this.rows(`SELECT id::text FROM notifications.notifications`)).map(({ id }) => id));
    for (const id of ledger.requested.keys()) if (!known.has(id)) wrong.lost.push(`notification ${id} was acknowledged and is not known`);
    for (const [id, deliveries] of byNotification)
      if (deliveries.length > 1) wrong.twice.push(`notification ${id} has ${deliveries.length} deliveries`);
    const marketing = new Map();
    for (const { to, subject } of ledger.mails) if (/marketing/.test(subject)) marketing.set(to, (marketing.get(to) ?? 0) + 1);
    for (const [to, n] of marketing) if (n > MARKETING_CAP) wrong.caps.push(`${n} advertisements to one customer, ${to}`);
    // A second copy is possible only where the provider's answer was lost, and then only for what must arrive: same id, and counted as ambiguous.
    const copies = [...perMail.values(), ...perWebhook.values()].reduce((sum, n) => sum + n - 1, 0);
    const retried = rows.filter((row) => row.attempt > 1).length;
    if (copies > retried) wrong.twice.push(`${copies} messages came twice, only ${retried} deliveries were tried again`);
    const mailed = new Set(ledger.mails.map(({ messageId }) => messageId));
    for (const row of rows.filter(({ channel, status }) => channel === 'email' && status === 'sent')) {
      if (!mailed.has(row.provider_message_id)) wrong.lost.push(`delivery ${row.id} is said to be sent and never arrived`);
    }
    this.#journeys(wrong);
    const tasks = new Map(
      (await this.rows('SELECT delivery_id, count(*)::int AS n FROM notifications.tasks GROUP BY 1')).map(({ delivery_id, n }) => [
        delivery_id,
        n,
      ]),
    );
    for (const row of rows.filter(({ channel, status }) => channel === 'phone' && status === 'sent'))
      if (!tasks.has(row.id)) wrong.lost.push(`delivery ${row.id} has no task`);
    this.details = {
      deliveries: rows.length,
      byStatus: countBy(rows, ({ channel, status }) => `${channel} ${status}`),
      copies,
      retried,
    };
  }

  /** Whoever ordered entered the segment, once, and was written to, once (a copy under the same id is judged with the others). */
  #journeys(/** @type {any} */ wrong) {
    const { ledger } = this.options;
    const written = new Map();
    for (const { to, subject, messageId } of ledger.mails)
      if (subject === JOURNEY_SUBJECT) written.set(to, (written.get(to) ?? new Set()).add(messageId));
    const buyers = new Set();
    for (const { customer, kind } of ledger.acknowledged.values()) if (kind === 'order') buyers.add(`${customer}@chaos.example`);
    for (const address of buyers) if (!written.has(address)) wrong.lost.push(`${address} ordered and got no mail of the journey`);
    for (const [address, ids] of written) {
      if (ids.size > 1) wrong.twice.push(`${address} got ${ids.size} mails of the journey`);
      if (!buyers.has(address)) wrong.twice.push(`${address} got a mail of the journey without an order`);
    }
  }
}

function countBy(/** @type {any[]} */ rows, /** @type {(row: any) => string} */ keyOf) {
  const counts = /** @type {Record<string, number>} */ ({});
  for (const row of rows) counts[keyOf(row)] = (counts[keyOf(row)] ?? 0) + 1;
  return counts;
}
