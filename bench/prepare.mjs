import { TRIGGER_EVENT } from './events.mjs';

export const SEGMENTS = [
  { name: 'buyers', rule: { did: 'Order Completed' } },
  { name: 'pro plan', rule: { trait: 'plan', is: 'pro' } },
  { name: 'repeat buyers', rule: { fact: 'orders.count', gte: 2 } },
  { name: 'callers', rule: { fact: 'contacts.phone.count', gte: 1 } },
  { name: 'chatters without an order', rule: { all: [{ did: 'Live Chat Message Sent' }, { not: { did: 'Order Completed' } }] } },
  { name: 'big spenders', rule: { sum: 'properties.total', of: 'Order Completed', gte: 1000 } },
  { name: 'asked for help', rule: { did: TRIGGER_EVENT } },
  { name: 'bought lately', rule: { did: 'Order Completed', within: { days: 30 } } },
  { name: 'looking around', rule: { did: 'Product Viewed', times: { atLeast: 5 }, within: { minutes: 2 } } },
  {
    name: 'quiet carts',
    rule: {
      all: [
        { did: 'Product Added', within: { hours: 1 } },
        { didNot: 'Order Completed', within: { hours: 1 } },
      ],
    },
  },
];

/** Ten segments, three of them with windows; one of them starts a journey that writes an e-mail. */
export async function prepareCampaign(/** @type {string} */ url, /** @type {string} */ serverKey) {
  const call = async (/** @type {string} */ method, /** @type {string} */ path, /** @type {unknown} */ body) => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${serverKey}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return /** @type {any} */ (await response.json());
  };
  const segments = /** @type {Record<string, string>} */ ({});
  for (const segment of SEGMENTS) segments[segment.name] = (await call('POST', '/v1/segments', segment)).id;
  await call('PUT', '/v1/templates/bench-help', {
    purpose: 'service',
    locales: { en: { email: { subject: 'We heard you', html: '<p>Help is on its way.</p>', text: 'Help is on its way.' } } },
  });
  const journey = await call('POST', '/v1/journeys', {
    name: 'bench help',
    trigger: { segment: segments['asked for help'], on: 'entered' },
    steps: [{ notify: { template: 'bench-help', purpose: 'service', urgency: 'normal' } }],
  });
  if (journey.state !== 'live') await call('POST', `/v1/journeys/${journey.id}/publish`, undefined);
}
