// Invented people of an invented shop for tea and home ware, and what they did during the last half year. Every id is fixed: sending it all again
// changes nothing.

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The three whom a visitor can follow. */
export const HEROES = {
  lan: { ref: 'userId:demo-lan', name: 'Lan Phạm, who has a simple question' },
  hung: { ref: 'userId:demo-hung', name: 'Hùng Trần, who disputes an invoice' },
  mai: { ref: 'userId:demo-mai', name: 'Mai Nguyễn, who has not bought for four months' },
};

/** @typedef {{key: string, identifiers: Record<string, string>, traits: Record<string, unknown>}} Person */

/** @returns {Person} */
const person = (
  /** @type {string} */ key,
  /** @type {string} */ firstName,
  /** @type {string} */ lastName,
  /** @type {Record<string, unknown>} */ traits,
  /** @type {Record<string, string>} */ identifiers = {},
) => ({
  key,
  identifiers: { userId: `demo-${key}`, email: `${key}@demo.example`, ...identifiers },
  traits: { firstName, lastName, ...traits },
});

const LAN = person('lan', 'Lan', 'Phạm', { locale: 'en', country: 'VN' }, { phone: '+84901000001' });
const HUNG = person('hung', 'Hùng', 'Trần', { locale: 'en', country: 'VN' }, { phone: '+84901000002' });
const MAI = person('mai', 'Mai', 'Nguyễn', { locale: 'vi', country: 'VN' });

/** The others, so that segments and relationship types have somebody to tell apart. */
const OTHERS = [
  person('ann', 'Ann', 'Carter', { locale: 'en', country: 'GB', plan: 'pro' }, { phone: '+447700900101' }),
  person('binh', 'Bình', 'Lê', { locale: 'vi', country: 'VN' }, { phone: '+84901000004' }),
  person('chris', 'Chris', 'Doyle', { locale: 'en', country: 'GB' }),
  person('dung', 'Dung', 'Vũ', { locale: 'vi', country: 'VN' }, { phone: '+84901000006' }),
  person('emma', 'Emma', 'Hughes', { locale: 'en', country: 'GB' }, { phone: '+447700900107' }),
  person('farid', 'Farid', 'Khan', { locale: 'en', country: 'GB', plan: 'team' }),
  person('giang', 'Giang', 'Hoàng', { locale: 'vi', country: 'VN' }),
  person('helen', 'Helen', 'Moss', { locale: 'en', country: 'GB' }, { phone: '+447700900110' }),
  person('ian', 'Ian', 'Webb', { locale: 'en', country: 'GB' }),
];

const EVERYBODY = [LAN, HUNG, MAI, ...OTHERS];
const [ANN, BINH, CHRIS, DUNG, EMMA, FARID, GIANG, HELEN, IAN] = /** @type {Person[]} */ (OTHERS);

const gbp = (/** @type {string} */ total) => ({ currency: 'GBP', total });

/**
 * What they did: who, days ago, event, and what belongs to it. `web` and `mobile_app` come in as an SDK sends them, everything else in our own shape.
 * @type {[Person | undefined, number, string, string, Record<string, unknown>?][]}
 */
const DEEDS = [
  [LAN, 40, 'web', 'Product Viewed', { product_id: 'T-12', name: 'Lotus tea' }],
  [LAN, 40, 'web', 'Order Completed', { order_id: 'D-1001', ...gbp('24.50') }],
  [LAN, 36, 'delivery', 'Package Delivered', { properties: { order_id: 'D-1001' } }],
  [LAN, 2, 'mobile_app', 'Order Completed', { order_id: 'D-1002', ...gbp('31.00') }],
  [LAN, 0.1, 'mobile_app', 'Order Status Checked', { order_id: 'D-1002' }],

  [HUNG, 60, 'store', 'Store Visited', {}],
  [HUNG, 20, 'web', 'Order Completed', { order_id: 'D-2001', ...gbp('412.00') }],
  [HUNG, 16, 'delivery', 'Package Delivered', { properties: { order_id: 'D-2001' } }],
  [HUNG, 3, 'live_chat', 'Live Chat Conversation Started', { conversationId: 'chat-2001' }],
  [HUNG, 3, 'live_chat', 'Live Chat Message Sent', { conversationId: 'chat-2001', text: 'I was charged twice for one teapot.' }],

  [MAI, 170, 'web', 'Order Completed', { order_id: 'D-3001', ...gbp('18.90') }],
  [MAI, 165, 'delivery', 'Package Delivered', { properties: { order_id: 'D-3001' } }],
  [MAI, 124, 'web', 'Order Completed', { order_id: 'D-3002', ...gbp('42.00') }],

  ...[150, 110, 75, 44, 21, 8].map(
    (days, i) => /** @type {any} */ ([ANN, days, 'web', 'Order Completed', { order_id: `D-40${i}`, ...gbp('96.40') }]),
  ),
  [ANN, 20, 'email', 'Email Link Clicked', { properties: { link: 'https://shop.example/new' } }],
  [ANN, 7, 'phone', 'Call Ended', { handling: 'human', agentId: 'agent-7', properties: { durationSeconds: 312 } }],

  [BINH, 30, 'store', 'Store Visited', {}],
  [BINH, 30, 'store', 'Order Completed', { properties: { order_id: 'D-501', ...gbp('55.00') } }],
  [BINH, 12, 'store', 'Store Consultation Held', { agentId: 'agent-3' }],
  [BINH, 5, 'phone', 'Call Ended', { agentId: 'agent-3', properties: { durationSeconds: 95 } }],

  [CHRIS, 90, 'forum', 'Forum Post Created', { text: 'How do you keep a clay pot clean?' }],
  [CHRIS, 41, 'forum', 'Forum Answer Posted', { text: 'Only hot water, never soap.' }],
  [CHRIS, 40, 'forum', 'Forum Answer Accepted', {}],
  [CHRIS, 11, 'forum', 'Forum Answer Accepted', {}],
  [CHRIS, 10, 'web', 'Product Reviewed', { product_id: 'P-3', rating: 5 }],

  [DUNG, 25, 'chatbot', 'Chatbot Conversation Started', {}],
  [DUNG, 25, 'web', 'Order Completed', { order_id: 'D-601', ...gbp('12.00') }],
  [DUNG, 22, 'delivery', 'Package Delivered', { properties: { order_id: 'D-601' } }],
  [DUNG, 20, 'web', 'Order Status Checked', { order_id: 'D-601' }],

  [EMMA, 14, 'live_chat', 'Live Chat Conversation Started', { conversationId: 'chat-7' }],
  [EMMA, 14, 'live_chat', 'Live Chat Conversation Ended', { conversationId: 'chat-7' }],
  [EMMA, 13, 'web', 'Order Completed', { order_id: 'D-701', ...gbp('139.12') }],
  [EMMA, 6, 'email', 'Email Received', { text: 'The lid came broken.' }],
  [EMMA, 4, 'phone', 'Return Requested', { properties: { order_id: 'D-701', reason: 'broken' } }],

  [FARID, 80, 'webinar', 'Webinar Attended', { properties: { title: 'Tea for the office' } }],
  [FARID, 70, 'email', 'Email Received', { text: 'Could we have an offer for 40 people?' }],
  [FARID, 62, 'phone', 'Call Ended', { agentId: 'agent-7', properties: { durationSeconds: 840 } }],
  [FARID, 60, 'web', 'Order Completed', { order_id: 'D-801', ...gbp('1280.00') }],

  [GIANG, 3, 'mobile_app', 'Application Opened', {}],
  [GIANG, 3, 'mobile_app', 'Product Viewed', { product_id: 'T-12', name: 'Lotus tea' }],
  [GIANG, 2, 'mobile_app', 'Product Added', { product_id: 'T-12', price: '12.25', quantity: 1 }],
  [HELEN, 100, 'store', 'Store Visited', {}],
  [HELEN, 55, 'phone', 'Call Ended', { agentId: 'agent-3', properties: { durationSeconds: 200 } }],
  [HELEN, 33, 'store', 'Order Completed', { properties: { order_id: 'D-901', ...gbp('61.00') } }],
  [IAN, 9, 'social', 'Social Post Commented', { text: 'Looks lovely.' }],
  [IAN, 8, 'web', 'Product Viewed', { product_id: 'P-3', name: 'Clay pot' }],
  [IAN, 1, 'chatbot', 'Chatbot Conversation Started', {}],
];

/** What starts the three stories, sent last. @type {typeof DEEDS} */
const TRIGGERS = [
  [LAN, 0.001, 'chatbot', 'Chatbot Question Asked', { text: 'How can I change my delivery address?', conversationId: 'bot-1001' }],
  [HUNG, 0.001, 'email', 'Dispute Opened', { caseId: 'case-2001', text: 'The invoice is still wrong. I want my money back.' }],
];

const SDK_CHANNELS = ['web', 'mobile_app'];

/** @param {number} baseMs @param {number} days */
const daysBefore = (baseMs, days) => new Date(baseMs - days * DAY_MS).toISOString();

/** One deed as an SDK's call. */
function sdkCall(
  /** @type {Person} */ { identifiers, key },
  /** @type {string} */ messageId,
  /** @type {string} */ timestamp,
  /** @type {string} */ channel,
  /** @type {string} */ event,
  /** @type {Record<string, unknown>} */ properties,
) {
  const device =
    channel === 'mobile_app' ? { device: { type: 'android' }, app: { name: 'Shop' } } : { page: { url: 'https://shop.example/' } };
  return {
    type: 'track',
    messageId,
    timestamp,
    userId: identifiers.userId,
    anonymousId: `demo-device-${key}`,
    event,
    properties,
    context: { ...device, channel: channel === 'mobile_app' ? 'mobile' : 'browser' },
  };
}

/** @param {typeof DEEDS} deeds @param {string} series @param {number} baseMs */
function split(deeds, series, baseMs) {
  const calls = [];
  const interactions = [];
  for (const [index, [who, days, channel, event, more = {}]] of deeds.entries()) {
    if (!who) continue;
    const id = `demo-${series}-${index}`;
    const at = daysBefore(baseMs, days);
    if (SDK_CHANNELS.includes(channel)) calls.push(sdkCall(who, id, at, channel, event, more));
    else interactions.push({ id, event, at, channel, identifiers: who.identifiers, ...more });
  }
  return { calls, interactions };
}

/** Who everybody is, and that Mai may be written to: as an SDK and a checkout would have told. */
export function introductions(/** @type {number} */ baseMs) {
  const calls = EVERYBODY.map(({ key, identifiers, traits }) => ({
    type: 'identify',
    messageId: `demo-identify-${key}`,
    timestamp: daysBefore(baseMs, 179),
    userId: identifiers.userId,
    anonymousId: `demo-device-${key}`,
    traits: { ...traits, ...identifiers },
    context: { page: { url: 'https://shop.example/account' } },
  }));
  const consent = (/** @type {Person | undefined} */ who) =>
    who && {
      id: `demo-consent-${who.key}`,
      event: 'Consent Granted',
      at: daysBefore(baseMs, 170),
      channel: 'web',
      identifiers: who.identifiers,
      properties: { purpose: 'marketing', channel: 'email', wording: 'Vâng, hãy cho tôi biết về ưu đãi.', source: 'checkout' },
    };
  return { calls, interactions: [consent(MAI), consent(ANN)] };
}

export const deeds = (/** @type {number} */ baseMs) => split(DEEDS, 'deed', baseMs);
export const triggers = (/** @type {number} */ baseMs) => split(TRIGGERS, 'trigger', baseMs);
export const CUSTOMERS = EVERYBODY.length;
