import { describe, expect, it } from '@jest/globals';
import { decodedOf, inbound, interactionsOf } from '../../testing/inbound.js';
import { WHATSAPP_ID, whatsappMessage, whatsappStatus } from '../../testing/vendor-payloads.js';

const one = (body: unknown) => interactionsOf(inbound('whatsapp', body))[0]!;
const NOTIFICATION = '019bc0a1-7c00-7000-8000-000000000060';
const CUSTOMER = [
  { type: 'phone', value: '+84901234567' },
  { type: 'whatsapp', value: '+84901234567' },
];

describe('a customer’s message', () => {
  it('is one, whatever the number is written like', () => {
    expect(one(whatsappMessage({ type: 'text', text: { body: 'Có màu khác không?' }, context: { id: 'wamid.before' } }))).toMatchObject({
      messageId: WHATSAPP_ID,
      event: 'Message Received',
      at: '2026-01-15T08:55:00.000Z',
      identifiers: CUSTOMER,
      channel: 'whatsapp',
      direction: 'inbound',
      handling: 'human',
      function: 'reactive',
      conversationId: 'whatsapp:84901234567',
      text: 'Có màu khác không?',
      properties: { contentType: 'text', senderName: 'Lan Example', line: '15550783881', replyTo: 'wamid.before' },
    });
  });

  it.each([
    [
      'image',
      { image: { id: 'i1', mime_type: 'image/jpeg', sha256: 's', caption: 'Hỏng rồi' } },
      'Hỏng rồi',
      { attachments: [{ type: 'image', id: 'i1', contentType: 'image/jpeg', sha256: 's' }] },
    ],
    [
      'document',
      { document: { id: 'd1', mime_type: 'application/pdf', filename: 'hoa-don.pdf' } },
      undefined,
      { attachments: [{ type: 'document', id: 'd1', contentType: 'application/pdf', name: 'hoa-don.pdf' }] },
    ],
    ['button', { button: { text: 'Yes', payload: 'yes' } }, 'Yes', { button: 'yes' }],
    ['interactive', { interactive: { type: 'list_reply', list_reply: { id: 'red', title: 'Red' } } }, 'Red', { button: 'red' }],
    [
      'location',
      { location: { latitude: 16.46, longitude: 107.59, name: 'Huế', address: 'Lê Lợi' } },
      'Huế',
      { location: { latitude: 16.46, longitude: 107.59, label: 'Lê Lợi' } },
    ],
    [
      'order',
      { order: { catalog_id: 'c1', product_items: [{ product_retailer_id: 'sku', quantity: 2, item_price: 10, currency: 'VND' }] } },
      undefined,
      { items: [{ sku: 'sku', quantity: 2, price: 10, currency: 'VND' }] },
    ],
    ['unsupported', { errors: [{ code: 131051 }] }, undefined, { contentType: 'unsupported' }],
  ])('as %s', (type, part, text, properties) => {
    const message = one(whatsappMessage({ type, ...part }));
    expect(message).toMatchObject({ event: 'Message Received', properties });
    expect(message.text).toBe(text);
  });

  it('may be a reaction, and its end', () => {
    const reaction = (part: object) => one(whatsappMessage({ type: 'reaction', reaction: { message_id: 'wamid.1', ...part } }));
    expect(reaction({ emoji: '👍' })).toMatchObject({
      event: 'Message Reacted',
      properties: { reaction: '👍', removed: false, reactedTo: 'wamid.1' },
    });
    expect(reaction({}).properties).toMatchObject({ removed: true });
  });

  // "Flows: receiving flow response"
  it('may be a filled-in form: its answers count, not the words that WhatsApp puts into its body', () => {
    const nfm_reply = { name: 'flow', body: 'Sent', response_json: '{"flow_token":"t","rating":"5","comment":"Tốt"}' };
    const message = one(whatsappMessage({ type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply } }));
    expect(message).toMatchObject({ event: 'Message Received', properties: { form: 'flow', answers: { rating: '5', comment: 'Tốt' } } });
    expect([message.text, JSON.stringify(message).includes('flow_token')]).toEqual([undefined, false]);
    const broken = { ...nfm_reply, response_json: '{' };
    expect(one(whatsappMessage({ type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: broken } })).text).toBe('Sent');
  });

  it('may ask about a product of the catalogue', () => {
    const context = { from: '15550783881', id: 'wamid.p', referred_product: { catalog_id: 'c', product_retailer_id: 'SKU-1' } };
    expect(one(whatsappMessage({ type: 'text', text: { body: 'Còn không?' }, context })).properties).toMatchObject({ product: 'SKU-1' });
  });

  it.each([
    ['request_welcome', {}],
    ['system', { system: { body: 'User changed number', wa_id: '84909000000', type: 'user_changed_number' } }],
  ])('of type %s is none', (type, part) => expect(decodedOf(inbound('whatsapp', whatsappMessage({ type, ...part }))).kind).toBe('skip'));

  it('of somebody with a user name has no number', () => {
    const body = whatsappMessage({ type: 'text', text: { body: 'Hi' }, from: undefined, from_user_id: 'VN.13491208655302741918' });
    expect(one(body).identifiers).toEqual([{ type: 'whatsapp', value: 'VN.13491208655302741918' }]);
  });

  it('says from which advert it came', () => {
    const referral = { source_url: 'https://fb.me/1', source_id: '120', source_type: 'ad', headline: 'Sale' };
    expect(one(whatsappMessage({ type: 'text', text: { body: 'Hi' }, referral })).properties['advert']).toEqual({
      id: '120',
      url: 'https://fb.me/1',
      headline: 'Sale',
    });
  });
});

describe('a receipt', () => {
  it.each([
    ['delivered', {}, 'Message Delivered', undefined],
    ['read', {}, 'Message Read', undefined],
    ['failed', { errors: [{ code: 131026, title: 'Message undeliverable' }] }, 'Message Bounced', 'permanent'],
    ['failed', { errors: [{ code: 131053, title: 'Media upload error' }] }, 'Message Bounced', 'transient'],
  ])('%s %j: %s', (status, more, event, bounceType) => {
    const receipt = one(whatsappStatus({ status, biz_opaque_callback_data: NOTIFICATION, ...more }));
    expect(receipt).toMatchObject({
      messageId: expect.any(String),
      event,
      direction: 'outbound',
      notificationId: NOTIFICATION,
      identifiers: CUSTOMER,
    });
    expect(receipt.properties['bounceType']).toBe(bounceType);
  });

  it('that a voice message was played is that it was read, once', () => {
    const [read, played] = ['read', 'played'].map((status) => one(whatsappStatus({ status })));
    expect([played!.event, played!.id]).toEqual(['Message Read', read!.id]);
  });

  it('from a group is of the one who read it, not of the group', () => {
    const read = (recipient_participant_id: string) =>
      one(whatsappStatus({ status: 'read', recipient_id: 'Y2FwaV9ncm91cDox', recipient_type: 'group', recipient_participant_id }));
    expect(read('84901234567').identifiers).toEqual(CUSTOMER);
    expect(read('84901234567').id).not.toBe(read('84909999999').id);
  });

  it('names no notification when what was sent along is somebody else’s', () => {
    expect(one(whatsappStatus({ status: 'read', biz_opaque_callback_data: 'my-crm-7' })).notificationId).toBeUndefined();
  });

  it('that it was sent says nothing yet', () =>
    expect(decodedOf(inbound('whatsapp', whatsappStatus({ status: 'sent' }))).kind).toBe('skip'));
});

describe('the other fields', () => {
  const change = (field: string, value: object) => ({ object: 'whatsapp_business_account', entry: [{ changes: [{ field, value }] }] });

  it('what people of the company write in the app goes to the customer', () => {
    const message_echoes = [
      { from: '15550783881', to: '84901234567', id: 'wamid.e', timestamp: '1768467300', type: 'text', text: { body: 'Chào chị' } },
    ];
    expect(one(change('smb_message_echoes', { message_echoes }))).toMatchObject({
      event: 'Message Sent',
      direction: 'outbound',
      handling: 'human',
      identifiers: CUSTOMER,
      text: 'Chào chị',
    });
  });

  it.each([
    ['stop', 'Unsubscribed'],
    ['resume', 'Consent Granted'],
  ])('a customer who says %s to marketing messages: %s', (value, event) => {
    const user_preferences = [
      { wa_id: '84901234567', detail: 'User requested it', category: 'marketing_messages', value, timestamp: 1768467300 },
    ];
    expect(one(change('user_preferences', { user_preferences }))).toMatchObject({
      event,
      at: '2026-01-15T08:55:00.000Z',
      channel: 'whatsapp',
      identifiers: CUSTOMER,
      properties: { purpose: 'marketing', channel: 'whatsapp' },
    });
  });

  it('errors of the number itself say nothing about a customer', () => {
    const value = { messaging_product: 'whatsapp', metadata: {}, errors: [{ code: 130429, title: 'Rate limit hit' }] };
    expect(decodedOf(inbound('whatsapp', change('messages', value))).kind).toBe('skip');
  });

  it('that are about the account say nothing about a customer', () =>
    expect(decodedOf(inbound('whatsapp', change('account_update', {}))).kind).toBe('skip'));
});

it('reads a delivery of several, and loses none to one that is not as it should be', () => {
  const good = whatsappMessage({ type: 'text', text: { body: 'Hi' } });
  const nobody = whatsappMessage({ type: 'text', text: { body: 'Hi' }, from: 'undefined', id: 'wamid.2' });
  const { interactions, refusals } = decodedOf(
    inbound('whatsapp', { ...good, entry: [...good.entry, ...nobody.entry, ...whatsappStatus({ status: 'read' }).entry] }),
  );
  expect(interactions.map(({ event }) => event)).toEqual(['Message Received', 'Message Read']);
  expect(refusals).toEqual(['item 1: no usable identifier (whatsapp: blocked, phone: invalid)']);
});

it.each([
  ['text', 'not json', 'whatsapp: not a JSON object'],
  ['a list', [], 'whatsapp: not a JSON object'],
  ['a page’s', { object: 'page', entry: [] }, 'whatsapp: not of a WhatsApp business account'],
])('refuses %s with a reason', (_, body, reason) => expect(decodedOf(inbound('whatsapp', body)).refusals).toEqual([reason]));
