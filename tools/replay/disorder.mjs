import { randomOf } from '@rapport/testkit';
import { isRefund } from './online-retail.mjs';

const DAY_MS = 86_400_000;

/** @typedef {import('./online-retail.mjs').Invoice} Invoice */
/** @typedef {{type: string, value: string}} Identifier */
/** @typedef {{id: string, event: string, at: string, channel: string, identifiers: Record<string, string>, value?: object, properties: object}} Item */

/**
 * The shop as shops are: people sign in once (user id, e-mail and phone together) and later order under any one of the three; some invoices come from a
 * device that others use, too; and some people, known by e-mail and phone only, are taken for another one: a call that names both.
 * @param {readonly Invoice[]} invoices @param {{seed: number, run: string, deviceShare: number, wrongShare: number}} options `run` keeps replays apart
 * @returns {{signIns: Item[], orders: Item[], calls: Item[], wrong: {one: string, other: string}[], people: string[]}} orders by time
 */
export function disorder(invoices, { seed, run, deviceShare, wrongShare }) {
  const next = randomOf(seed);
  const pick = (/** @type {readonly any[]} */ list) => list[Math.floor(next() * list.length)];
  const known = invoices.filter(({ customer }) => customer !== undefined).sort((a, b) => a.at.getTime() - b.at.getTime());
  const people = [...new Set(known.map(({ customer }) => /** @type {string} */ (customer)))];
  const first = /** @type {Invoice} */ (known[0]).at.getTime() - 2 * DAY_MS;
  const iso = (/** @type {number} */ ms) => new Date(ms).toISOString();
  const shuffled = people.map((person) => ({ person, key: next() })).sort((a, b) => a.key - b.key);
  const wrong = Array.from({ length: Math.max(1, Math.round(people.length * wrongShare)) }, (_, index) => ({
    one: /** @type {{person: string}} */ (shuffled[2 * index]).person,
    other: /** @type {{person: string}} */ (shuffled[2 * index + 1]).person,
  }));
  const unsigned = new Set(wrong.map(({ other }) => other));
  const identifiers = (/** @type {string} */ person) => {
    const { userId, ...addresses } = identifiersOf(person, run);
    return unsigned.has(person) ? addresses : { userId, ...addresses };
  };
  const item = (
    /** @type {string} */ id,
    /** @type {string} */ event,
    /** @type {number} */ at,
    /** @type {any} */ who,
    /** @type {object} */ more = {},
  ) => /** @type {Item} */ ({ id: `${run}:${id}`, event, at: iso(at), channel: 'web', identifiers: who, properties: {}, ...more });
  const signIns = people.map((person, index) => item(`sign-in:${person}`, 'Signed In', first + index, identifiers(person)));
  const orders = known.map(({ number, customer, at, total }) => {
    const who = Object.fromEntries([pick(Object.entries(identifiers(/** @type {string} */ (customer))))]);
    const device = next() < deviceShare ? { deviceId: `${run}-device-${Math.floor(next() * DEVICES)}` } : {};
    const event = isRefund(number) ? 'Order Refunded' : 'Order Completed';
    return item(`invoice:${number}`, event, at.getTime(), { ...who, ...device }, { value: { currency: 'GBP', amount: total } });
  });
  const calls = wrong.map(({ one, other }, index) => {
    const both = { userId: identifiersOf(one, run).userId, email: identifiersOf(other, run).email };
    return item(`call:${one}`, 'Call Ended', first + DAY_MS + index, both, { channel: 'phone' });
  });
  return { signIns, orders, calls, wrong, people };
}

const DEVICES = 20;

/** @param {string} person @param {string} run @returns {{userId: string, email: string, phone: string}} */
export const identifiersOf = (person, run) => ({
  userId: `${run}-${person}`,
  email: `${run}.${person}@example.com`,
  phone: `+8490${run.replace(/\D/g, '').slice(-2).padStart(2, '0')}${person.slice(-5).padStart(5, '0')}`,
});
