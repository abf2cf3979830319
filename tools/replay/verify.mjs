import { Agent, request } from 'undici';
import { customerOf, isRefund, readRows } from './online-retail.mjs';
import { ProgressBar } from './progress-bar.mjs';

const AT_ONCE = 16;
/** Differences that have not shrunk for so long are final. */
const PATIENCE_MS = 30_000;

/**
 * @typedef {{orders: number, refunds: number, revenueMills: bigint, refundedMills: bigint}} Truth money in thousandths of a pound
 */

/** Thousandths, from a decimal text with at most three places: no library shared with the product, no float. */
export function millsOf(/** @type {string} */ decimal) {
  const match = /^(-?)(\d+)(?:\.(\d{1,3})0*)?$/.exec(decimal);
  if (match === null) throw new TypeError(`not a decimal with up to three places: ${decimal}`);
  const mills = BigInt(/** @type {string} */ (match[2])) * 1000n + BigInt((match[3] ?? '').padEnd(3, '0'));
  return match[1] === '-' ? -mills : mills;
}

/**
 * What must be known about everybody, counted from the lines of the file alone.
 * @param {string} file @param {number} rows
 * @returns {Promise<Map<string, Truth>>} by profile ref
 */
export async function truthOf(file, rows) {
  /** @type {Map<string, Truth & {seen: Set<string>}>} */
  const truth = new Map();
  for await (const row of readRows(file, rows)) {
    const invoice = /** @type {string} */ (row.InvoiceNo);
    const customer = customerOf(row);
    const ref = customer === undefined ? `anonymousId:invoice-${invoice}` : `userId:${customer}`;
    let known = truth.get(ref);
    if (known === undefined) truth.set(ref, (known = { orders: 0, refunds: 0, revenueMills: 0n, refundedMills: 0n, seen: new Set() }));
    const mills = millsOf(/** @type {string} */ (row.UnitPrice)) * BigInt(/** @type {string} */ (row.Quantity));
    const isNew = !known.seen.has(invoice);
    known.seen.add(invoice);
    if (isRefund(invoice)) {
      known.refunds += isNew ? 1 : 0;
      known.refundedMills -= mills;
    } else {
      known.orders += isNew ? 1 : 0;
      known.revenueMills += mills;
    }
  }
  return truth;
}

export const gbp = (/** @type {{currency: string, amount: string}[]} */ money) =>
  millsOf(money.find(({ currency }) => currency === 'GBP')?.amount ?? '0');

/**
 * Compares every customer of the file with the public API, again and again while the differences shrink (the walk may still be under way).
 * @param {{gateway: string, serverKey: string, file: string, rows: number}} options
 * @returns {Promise<number>} customers that differ
 */
export async function verify({ gateway, serverKey, file, rows }) {
  const truth = await truthOf(file, rows);
  const dispatcher = new Agent({ connections: AT_ONCE });
  const differs = async (/** @type {string} */ ref) => {
    const { statusCode, body } = await request(`${gateway}/v1/profiles/${encodeURIComponent(ref)}`, {
      dispatcher,
      headers: { authorization: `Bearer ${serverKey}` },
    });
    const answer = /** @type {any} */ (await body.json());
    const expected = /** @type {Truth} */ (truth.get(ref));
    if (statusCode !== 200) return `${ref}: ${statusCode} ${answer.code}`;
    const is = [answer.orders.count, answer.refunds.count, gbp(answer.orders.revenue), gbp(answer.refunds.amount)];
    const must = [expected.orders, expected.refunds, expected.revenueMills, expected.refundedMills];
    return is.every((value, i) => value === must[i])
      ? undefined
      : `${ref}: orders, refunds, revenue, refunded (in thousandths) are ${is.join(', ')}; by the file ${must.join(', ')}`;
  };
  console.log(`verifying ${truth.size} customers …`);
  let open = [...truth.keys()];
  for (let shrunkAt = performance.now(); open.length > 0; ) {
    const bar = new ProgressBar(open.length);
    const waiting = [...open];
    /** @type {{ref: string, text: string}[]} */
    const still = [];
    const worker = async () => {
      for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
        const text = await differs(ref);
        if (text !== undefined) still.push({ ref, text });
        bar.show(open.length - waiting.length);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    if (still.length < open.length) shrunkAt = performance.now();
    open = still.map(({ ref }) => ref);
    if (open.length > 0 && performance.now() - shrunkAt > PATIENCE_MS) {
      for (const { text } of still.slice(0, 20)) console.log(text);
      break;
    }
    if (open.length > 0) {
      console.log(`${open.length} not there yet …`);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
  }
  await dispatcher.close();
  return open.length;
}
