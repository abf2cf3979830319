import { createKafka } from '@rapport/platform';
import { importFile } from './import-file.mjs';
import { ServedCustomer } from './served-customer.mjs';

const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
const RESEND_SHARE = 0.1;
const MERGE_SHARE = 0.02;
const POISON_SHARE = 0.01;
const ASK_SHARE = 0.12;
/** Every so many customers one has a double who is taken for him, and told apart again. */
const DOUBLES_EVERY = 4;
/** More than any cap allows a day. */
const MARKETING_REQUESTS = 5;

/** Customers who do one thing after the other, each sent again until it is acknowledged, as an SDK does. */
export class Traffic {
  stopped = false;

  /** @param {{url: string, writeKey: string, serverKey: string, brokers: string[], ledger: import('./ledger.mjs').Ledger, random: () => number, run: string}} options */
  constructor(options) {
    this.options = options;
  }

  /** @param {number} customers @param {number} events per customer, at least */
  async start(customers, events) {
    const { brokers } = this.options;
    this.producer = createKafka('chaos-poison', brokers).producer({ idempotent: true });
    await this.producer.connect();
    this.work = Promise.all([
      ...Array.from({ length: customers }, (_, index) => this.#live(index, events)),
      importFile(this.options, (path, init) => this.send(path, init)),
    ]);
  }

  /** Lets everybody finish what they are doing. */
  async stop() {
    this.stopped = true;
    await this.work;
    await this.producer?.disconnect().catch(() => undefined);
  }

  /** Sends until acknowledged, with the same message id every time. */
  #post(/** @type {string} */ path, /** @type {Record<string, unknown>} */ body, /** @type {Record<string, string>} */ headers) {
    const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
    // accepted, but no profile so far
    return this.send(path, init, (status) => status === 404 && path === '/v1/notifications');
  }

  /**
   * Sends until it is answered with anything but a fault of the moment.
   * @param {string} path @param {RequestInit} init @param {(status: number) => boolean} [isNotYet] what will be otherwise a moment later
   * @returns {Promise<any>}
   */
  async send(path, init, isNotYet = () => false) {
    for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 1_000)) {
      try {
        const response = await fetch(`${this.options.url}${path}`, { ...init, signal: AbortSignal.timeout(20_000) });
        const answer = await response.text();
        if (response.ok) return answer === '' ? {} : JSON.parse(answer);
        if (response.status < 500 && response.status !== 429 && response.status !== 409 && !isNotYet(response.status))
          throw new TypeError(`${path}: ${response.status} ${answer}`);
      } catch (error) {
        if (error instanceof TypeError && /^\/v1/.test(error.message)) throw error;
      }
      await sleep(waitMs);
    }
  }

  async #event(
    /** @type {Record<string, any>} */ message,
    /** @type {{customer: string, kind: string, mills?: bigint, n: number}} */ fact,
  ) {
    const { ledger, random, writeKey } = this.options;
    const headers = { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}` };
    await this.#post(`/v1/${message.type}`, message, headers);
    ledger.acknowledged.set(message.messageId, { mills: 0n, ...fact });
    if (random() < RESEND_SHARE) {
      ledger.resent++;
      await this.#post(`/v1/${message.type}`, message, headers);
    }
  }

  async #notify(/** @type {string} */ customer, /** @type {string} */ channel, /** @type {string} */ purpose, /** @type {string} */ key) {
    const { ledger, serverKey } = this.options;
    const content = {
      email: { subject: `${purpose} for you`, text: 'Hello.' },
      webhook: { text: 'Hello.' },
      phone: { script: 'Call about the dispute.' },
    };
    const body = {
      to: `userId:${customer}`,
      purpose,
      urgency: 'normal',
      channels: [channel],
      content: { [channel]: /** @type {any} */ (content)[channel] },
    };
    const { id } = await this.#post('/v1/notifications', body, { authorization: `Bearer ${serverKey}`, 'idempotency-key': key });
    ledger.requested.set(id, { customer, channel, purpose });
  }

  async #live(/** @type {number} */ index, /** @type {number} */ events) {
    const { ledger, random, run } = this.options;
    const customer = `c${index}-${run}`;
    const id = (/** @type {string} */ what) => `${run}-${index}-${what}`;
    const at = () => new Date().toISOString();
    let n = 0;
    const user = (/** @type {string} */ type, /** @type {Record<string, unknown>} */ rest) => ({
      type,
      userId: customer,
      messageId: id(String(n)),
      timestamp: at(),
      ...rest,
    });
    const phone = `+8490${String(1_000_000 + index).slice(0, 7)}`;
    await this.#event(user('identify', { traits: { email: `${customer}@chaos.example`, phone, timezone: 'UTC' } }), {
      customer,
      kind: 'identify',
      n: n++,
    });
    const consent = { event: 'Consent Granted', properties: { purpose: 'marketing', channel: '*', n } };
    await this.#event(user('track', consent), { customer, kind: 'track', n: n++ });
    const served = new ServedCustomer({ ...this.options, customer, send: (path, init, isNotYet) => this.send(path, init, isNotYet) });
    const doubled = index % DOUBLES_EVERY === 1 ? served.meetsDouble(() => this.stopped) : undefined;
    const asked = [
      ['email', 'transactional'],
      ['webhook', 'transactional'],
      ...(index % 4 === 0 ? [['phone', 'transactional']] : []),
      ...Array.from({ length: MARKETING_REQUESTS }, () => ['email', 'marketing']),
    ];
    for (; n < events || !this.stopped; n++) {
      if (random() < POISON_SHARE) {
        ledger.poison++;
        await this.producer
          ?.send({
            topic: 'interactions.received.v1',
            acks: -1,
            messages: [{ key: `userId:${customer}`, value: `{"poison": ${id(String(n))}` }],
          })
          .catch(() => void ledger.poison--);
      }
      if (random() < MERGE_SHARE) {
        const anonymousId = `visitor-${id(String(n))}`;
        await this.#event(
          { type: 'track', event: 'Product Viewed', anonymousId, messageId: id(`${n}a`), timestamp: at(), properties: {} },
          { customer, kind: 'track', n: -1 },
        );
        await this.#event(user('identify', { anonymousId, traits: { visits: n } }), { customer, kind: 'identify', n: -1 });
        ledger.merges++;
      } else if (random() < ASK_SHARE) {
        await served.speak(id(`${n}s`));
      } else if (random() < 0.15) {
        const cents = 1 + Math.floor(random() * 10_000);
        await this.#event(
          user('track', { event: 'Order Completed', properties: { n, total: cents / 100, currency: 'GBP', order_id: id(String(n)) } }),
          { customer, kind: 'order', mills: BigInt(cents), n },
        );
      } else {
        await this.#event(user('track', { event: 'Product Viewed', properties: { n, product_id: 'p1' } }), { customer, kind: 'track', n });
      }
      const ask = asked.shift();
      if (ask !== undefined)
        await this.#notify(customer, /** @type {string} */ (ask[0]), /** @type {string} */ (ask[1]), id(`ask-${asked.length}`));
      await sleep(20 + random() * 60);
    }
    await doubled;
  }
}
