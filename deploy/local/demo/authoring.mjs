// What a company would write in its console: messages, segments, and the journeys between them.

const hello = {
  vi: 'Chào {{ customer.traits.firstName | default: "bạn" }}',
  en: 'Hello {{ customer.traits.firstName | default: "there" }}',
};

export const TEMPLATES = {
  'demo-answer': {
    purpose: 'service',
    locales: {
      en: {
        email: {
          subject: 'How to change your delivery address',
          text: `${hello.en},\n\nopen “My orders”, choose the order and then “Change address”. It works until the parcel has left us.`,
        },
        in_app: {
          title: 'How to change your delivery address',
          text: 'Open “My orders”, choose the order and then “Change address”. It works until the parcel has left us.',
          url: 'https://shop.example/help/change-address',
        },
        phone: { script: 'Explain how to change the address in “My orders”.' },
      },
    },
  },
  'demo-dispute': {
    purpose: 'service',
    locales: {
      en: {
        email: { subject: 'Your complaint about the invoice', text: `${hello.en},\n\nwe have received your complaint and look into it.` },
        in_app: { title: 'Your complaint', text: 'We have received it and look into it.' },
        phone: {
          title: 'Disputed invoice',
          script: 'Apologise. Ask which position of the invoice is wrong, and agree on what happens until it is settled.',
        },
      },
    },
  },
  'demo-we-miss-you': {
    purpose: 'marketing',
    locales: {
      vi: {
        email: {
          subject: 'Lâu rồi không gặp, {{ customer.traits.firstName }}',
          html: '<p>Chào {{ customer.traits.firstName }},</p><p>Đã hơn ba tháng kể từ lần mua cuối của bạn. Trà sen Tây Hồ vụ mới vừa về, và chúng tôi giữ riêng cho bạn một phần đến Chủ nhật.</p><p><a href="https://shop.example/vi/tra-sen">Xem trà sen</a></p><p><a href="{{ unsubscribeUrl }}">Ngừng nhận thư</a></p>',
        },
      },
      en: {
        email: {
          subject: 'We have not met for a while, {{ customer.traits.firstName }}',
          html: '<p>Hello {{ customer.traits.firstName }},</p><p>the new lotus tea has arrived.</p><p><a href="{{ unsubscribeUrl }}">Unsubscribe</a></p>',
        },
      },
    },
  },
};

const BOUGHT = 'Order Completed';

export const SEGMENTS = {
  'Asked a simple question': { all: [{ did: 'Chatbot Question Asked', where: { complexity: { is: 'simple' } }, within: { days: 1 } }] },
  'Disputes an invoice': { all: [{ did: 'Dispute Opened', within: { days: 14 } }] },
  'Dormant, may be written to': {
    all: [{ did: BOUGHT }, { didNot: BOUGHT, within: { days: 90 } }, { consent: 'marketing', channel: 'email', is: 'granted' }],
  },
  'Bought within 30 days': { did: BOUGHT, within: { days: 30 } },
  'Spent 500 GBP in a year': { sum: 'properties.total', of: BOUGHT, within: { days: 365 }, gte: 500 },
  'Helps other customers': { did: 'Forum Answer Accepted', times: { atLeast: 2 } },
};

/** Journeys name their segment by its name here; it becomes an id when both are there. */
export const JOURNEYS = [
  {
    name: 'Answer simple questions',
    segment: 'Asked a simple question',
    notify: { template: 'demo-answer', purpose: 'service', urgency: 'normal', complexity: 'simple' },
    reentry: 'always',
  },
  {
    name: 'See to disputes in person',
    segment: 'Disputes an invoice',
    notify: { template: 'demo-dispute', purpose: 'service', urgency: 'high', complexity: 'complex', sensitivity: 'sensitive' },
    reentry: { after: { days: 14 } },
  },
  {
    name: 'Win back, once',
    segment: 'Dormant, may be written to',
    notify: { template: 'demo-we-miss-you', purpose: 'marketing', urgency: 'low', complexity: 'simple' },
    reentry: 'once',
  },
];

/** @param {import('./client.mjs').Client} api @param {string} path @returns {Promise<Map<string, {id: string, state: string}>>} */
async function byName(api, path) {
  const { data } = await api.get(`${path}?limit=200`);
  return new Map(data.map((/** @type {{name: string}} */ one) => [one.name, one]));
}

/**
 * Writes what is not there yet.
 * @param {import('./client.mjs').Client} api
 */
export async function writeAll(api) {
  for (const [name, template] of Object.entries(TEMPLATES)) {
    if (!(await api.find(`/v1/templates/${name}`))) await api.call('PUT', `/v1/templates/${name}`, { body: template });
  }
  const segments = await byName(api, '/v1/segments');
  for (const [name, rule] of Object.entries(SEGMENTS)) {
    if (!segments.has(name)) segments.set(name, await api.call('POST', '/v1/segments', { body: { name, rule } }));
  }
  const journeys = await byName(api, '/v1/journeys');
  for (const { name, segment, notify, reentry } of JOURNEYS) {
    const body = { name, trigger: { segment: segments.get(segment)?.id, on: 'entered' }, steps: [{ notify }], reentry };
    const journey = journeys.get(name) ?? (await api.call('POST', '/v1/journeys', { body }));
    if (journey.state === 'draft') await api.call('POST', `/v1/journeys/${journey.id}/publish`, { body: {} });
  }
}
