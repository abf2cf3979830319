// The generated traffic: a seeded stream of Segment messages over a given number of customers.
import { randomOf } from '@rapport/testkit';

/** What happens how often, in percent. A merge is an anonymous visit followed by an identify that names its visitor. */
const MIX = /** @type {const} */ ([
  ['merge', 1],
  ['trigger', 1],
  ['identify', 2],
  ['Order Completed', 8],
  ['Live Chat Message Sent', 5],
  ['Call Ended', 3],
  ['Product Added', 10],
  ['page', 12],
  ['Product Viewed', 58],
]);

const PRODUCTS = ['kettle', 'lantern', 'mug', 'bunting', 'clock', 'tin', 'doormat', 'candle', 'apron', 'basket'];

/** The event that makes a new customer enter the segment whose journey writes an e-mail. */
export const TRIGGER_EVENT = 'Bench Help Wanted';

/**
 * @param {{customers: number, seed: number, run: string, introduced?: boolean}} options run: makes message ids and the visitors of this run its own;
 *   introduced: each customer says who he is first
 * @returns {Generator<Record<string, unknown>, never>}
 */
export function* messages({ customers, seed, run, introduced = false }) {
  const random = randomOf(seed);
  for (let n = 0; introduced && n < customers; n++)
    yield {
      type: 'identify',
      userId: `b${n}`,
      messageId: `${run}-hello-${n}`,
      timestamp: new Date().toISOString(),
      traits: { plan: 'free' },
    };
  for (let n = 0; ; n++) {
    const messageId = `${run}-${n}`;
    const userId = `b${Math.floor(random() * customers)}`;
    const product = PRODUCTS[Math.floor(random() * PRODUCTS.length)];
    let dice = random() * 100;
    const what = (MIX.find(([, share]) => (dice -= share) < 0) ?? ['Product Viewed'])[0];
    const timestamp = new Date().toISOString();
    if (what === 'merge') {
      const anonymousId = `${run}-visitor-${n}`;
      yield {
        type: 'track',
        event: 'Product Viewed',
        anonymousId,
        messageId: `${messageId}a`,
        timestamp,
        properties: { product_id: product },
      };
      yield { type: 'identify', userId, anonymousId, messageId, timestamp, traits: { plan: 'pro' } };
    } else if (what === 'trigger') {
      const email = `${run}.${n}@bench.example`;
      yield {
        type: 'track',
        event: TRIGGER_EVENT,
        userId: `${run}-help-${n}`,
        messageId,
        timestamp,
        context: { traits: { email } },
        properties: { topic: 'delivery' },
      };
    } else if (what === 'identify') {
      yield { type: 'identify', userId, messageId, timestamp, traits: { plan: random() < 0.5 ? 'free' : 'pro', city: 'Huế' } };
    } else if (what === 'page') {
      yield {
        type: 'page',
        userId,
        messageId,
        timestamp,
        name: 'Product',
        properties: { url: `https://shop.example/p/${product}`, title: product },
      };
    } else {
      const properties =
        what === 'Order Completed'
          ? { order_id: messageId, total: Math.floor(random() * 20_000) / 100, currency: 'GBP' }
          : { product_id: product, quantity: 1 + Math.floor(random() * 3), price: Math.floor(random() * 5_000) / 100, currency: 'GBP' };
      yield { type: 'track', event: what, userId, messageId, timestamp, properties };
    }
  }
}
