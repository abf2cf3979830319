import { Agent, request } from 'undici';
import { disorder, identifiersOf } from './disorder.mjs';
import { ProgressBar } from './progress-bar.mjs';
import { gbp, millsOf } from './verify.mjs';

const BATCH = 500;
const AT_ONCE = 8;
const PATIENCE_MS = 60_000;
const MANUAL_SHARE = 0.01;

/** @typedef {import('./online-retail.mjs').Invoice} Invoice */

/**
 * Sends the shop in disorder, lets wrong merges happen while orders go on, undoes them, and compares everybody with the truth of the file.
 * @param {{gateway: string, serverKey: string, invoices: readonly Invoice[], seed: number}} options
 * @returns {Promise<number>} people who differ
 */
export async function replayDisorder({ gateway, serverKey, invoices, seed }) {
  const api = new Api(gateway, serverKey);
  const run = `d${String(Date.now() % 1_000_000).padStart(6, '0')}`;
  const { signIns, orders, calls, wrong, people } = disorder(invoices, { seed, run, deviceShare: 0.05, wrongShare: 0.01 });
  const half = Math.floor(orders.length / 2);
  const refOf = new Map(people.map((person) => [person, `userId:${identifiersOf(person, run).userId}`]));
  for (const { other } of wrong) refOf.set(other, `email:${identifiersOf(other, run).email}`);
  console.log(`${people.length} people, ${orders.length} invoices; ${calls.length} calls name two people; seed ${seed}, run ${run}`);
  const started = performance.now();
  await api.send([...signIns, ...orders.slice(0, half)]);
  const truth = truthOf(invoices);
  await api.until(
    'first half',
    orders.length,
    async () => (await api.differences(refOf, truthOf(firstInvoices(invoices, half)))).length === 0,
  );
  await api.send(calls);
  const taken = new Set(wrong.flatMap(({ one, other }) => [one, other]));
  const byHand = pairs(
    people.filter((person) => !taken.has(person)),
    Math.max(1, Math.round(people.length * MANUAL_SHARE)),
  );
  const merged = [];
  for (const [one, other] of byHand) merged.push(await api.merge(String(refOf.get(one)), String(refOf.get(other))));
  await api.until('wrong merges', wrong.length, () => api.allJoined(wrong, refOf));
  for (const { one } of wrong) merged.push(...(await api.mergedInto(String(refOf.get(one)))));
  await api.send(orders.slice(half));
  await api.until('second half', orders.length, () => api.counted(wrong, refOf, truth));
  console.log(`undoing ${merged.length} wrong merges …`);
  for (const { profileId, mergedId } of merged) await api.unmerge(profileId, mergedId);
  /** @type {string[]} */
  let open = [];
  await api.until('the truth', people.length, async () => (open = await api.differences(refOf, truth)).length === 0).catch(() => undefined);
  for (const text of open.slice(0, 20)) console.log(text);
  console.log(
    `${signIns.length + orders.length + calls.length} interactions, ${merged.length} merges undone in ${((performance.now() - started) / 1000).toFixed(1)} s`,
  );
  await api.close();
  return open.length;
}

/** @param {readonly string[]} people @param {number} count @returns {[string, string][]} */
const pairs = (people, count) =>
  Array.from({ length: Math.min(count, people.length >> 1) }, (_, index) => [String(people[2 * index]), String(people[2 * index + 1])]);

/** @param {readonly Invoice[]} invoices @param {number} count */
const firstInvoices = (invoices, count) =>
  invoices
    .filter(({ customer }) => customer !== undefined)
    .sort((a, b) => a.at.getTime() - b.at.getTime())
    .slice(0, count);

/**
 * Orders, refunds, revenue and refunded (in thousandths) of every customer, from the invoices alone.
 * @param {readonly Invoice[]} invoices @returns {Map<string, [number, number, bigint, bigint]>}
 */
function truthOf(invoices) {
  const truth = new Map();
  for (const { customer, number, total } of invoices) {
    if (customer === undefined) continue;
    const known = truth.get(customer) ?? [0, 0, 0n, 0n];
    const refund = number.startsWith('C');
    known[refund ? 1 : 0] += 1;
    known[refund ? 3 : 2] += refund ? -millsOf(total) : millsOf(total);
    truth.set(customer, known);
  }
  return truth;
}

class Api {
  #dispatcher = new Agent({ connections: AT_ONCE });

  /** @param {string} gateway @param {string} serverKey */
  constructor(gateway, serverKey) {
    this.gateway = gateway;
    this.headers = { authorization: `Bearer ${serverKey}`, 'content-type': 'application/json' };
  }

  /** @param {'GET' | 'POST'} method @param {string} path @param {object} [body] @returns {Promise<{status: number, body: any}>} */
  async call(method, path, body) {
    for (let tries = 0; ; tries++) {
      const answer = await request(`${this.gateway}${path}`, {
        method,
        dispatcher: this.#dispatcher,
        headers: this.headers,
        body: body === undefined ? null : JSON.stringify(body),
      });
      const parsed = /** @type {any} */ (await answer.body.json());
      if ((answer.statusCode !== 429 && answer.statusCode !== 503) || tries > 60) return { status: answer.statusCode, body: parsed };
      await pause(1_000);
    }
  }

  /** @param {readonly object[]} items */
  async send(items) {
    const bar = new ProgressBar(items.length);
    for (let from = 0; from < items.length; from += BATCH) {
      const { status, body } = await this.call('POST', '/v1/interactions', { interactions: items.slice(from, from + BATCH) });
      if (status !== 202) throw new Error(`interactions were refused: ${status} ${JSON.stringify(body)}`);
      bar.show(from);
    }
    bar.end(items.length);
  }

  /** @param {string} ref @returns {Promise<any>} undefined while nobody is known */
  async profile(ref) {
    const { status, body } = await this.call('GET', `/v1/profiles/${encodeURIComponent(ref)}`);
    return status === 200 ? body : undefined;
  }

  /** @param {string} one @param {string} other @returns {Promise<{profileId: string, mergedId: string}>} */
  async merge(one, other) {
    return this.outcome(await this.call('POST', '/v1/profiles/merge', { profiles: [one, other] }));
  }

  /** @param {string} profileId @param {string} mergedId */
  async unmerge(profileId, mergedId) {
    return this.outcome(await this.call('POST', `/v1/profiles/${profileId}/unmerge`, { mergedId }));
  }

  /** @param {{status: number, body: any}} answer @returns {Promise<any>} */
  async outcome({ status, body }) {
    let view = body;
    for (let looks = 0; status < 300 && view.status === 'waiting' && looks < 300; looks++) {
      await pause(200);
      view = (await this.call('GET', `/v1/identity-requests/${body.id}`)).body;
    }
    if (view.status !== 'done') throw new Error(`refused: ${JSON.stringify(view)}`);
    return view.outcome;
  }

  /** Merges by a call that stand. @param {string} ref @returns {Promise<{profileId: string, mergedId: string}[]>} */
  async mergedInto(ref) {
    const { id } = await this.profile(ref);
    const { body } = await this.call('GET', `/v1/profiles/${id}/merges`);
    return body.data
      .filter((/** @type {any} */ merge) => merge.unmergedAt === null && merge.identifiers.length === 2 && merge.survivorId === id)
      .map((/** @type {any} */ { mergedId }) => ({ profileId: id, mergedId }));
  }

  /** @param {readonly {one: string, other: string}[]} wrong @param {Map<string, string>} refOf */
  async allJoined(wrong, refOf) {
    for (const { one, other } of wrong) {
      const [a, b] = [await this.profile(String(refOf.get(one))), await this.profile(String(refOf.get(other)))];
      if (a === undefined || a.id !== b?.id) return false;
    }
    return true;
  }

  /** While two are one, the one has the orders of both. @param {readonly {one: string, other: string}[]} wrong @param {Map<string, string>} refOf @param {ReturnType<typeof truthOf>} truth */
  async counted(wrong, refOf, truth) {
    for (const { one, other } of wrong) {
      const { orders } = await this.profile(String(refOf.get(one)));
      if (orders.count !== (truth.get(one)?.[0] ?? 0) + (truth.get(other)?.[0] ?? 0)) return false;
    }
    return true;
  }

  /** @param {Map<string, string>} refOf @param {ReturnType<typeof truthOf>} truth @returns {Promise<string[]>} one line per person who differs */
  async differences(refOf, truth) {
    const waiting = [...truth];
    /** @type {string[]} */
    const found = [];
    const worker = async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const [person, must] = next;
        const profile = await this.profile(String(refOf.get(person)));
        const is = profile && [profile.orders.count, profile.refunds.count, gbp(profile.orders.revenue), gbp(profile.refunds.amount)];
        if (!must.every((value, index) => is?.[index] === value))
          found.push(`${person}: is ${is?.join(', ')}; by the file ${must.join(', ')}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return found;
  }

  /** @param {string} what @param {number} size @param {() => Promise<boolean>} holds @throws when it does not in time */
  async until(what, size, holds) {
    const patience = performance.now() + PATIENCE_MS + 20 * size;
    while (!(await holds())) {
      if (performance.now() > patience) throw new Error(`gave up waiting for: ${what}`);
      await pause(500);
    }
  }

  close() {
    return this.#dispatcher.close();
  }
}

const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
