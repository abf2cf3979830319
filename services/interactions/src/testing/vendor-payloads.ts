import { OTHER_SAMPLES } from './other-payloads.js';

/**
 * Deliveries as their vendors document them, with invented people: what the adapters are tested, fuzzed and measured with. Pages: twilio.com/docs/voice/api/
 * call-resource#statuscallback and /docs/messaging/guides/webhook-request; developers.facebook.com "messages webhook reference" (WhatsApp) and "Webhook
 * events" (Messenger); core.telegram.org/bots/api#update; developers.zalo.me Official Account "Webhook".
 */
const form = (fields: Record<string, string>) => new URLSearchParams(fields);

export const TWILIO_CALL = {
  AccountSid: 'AC00000000000000000000000000000001',
  ApiVersion: '2010-04-01',
  CallSid: 'CA00000000000000000000000000000001',
  CallStatus: 'completed',
  CallDuration: '312',
  Duration: '6',
  Direction: 'inbound',
  From: '+84901234567',
  FromCity: 'HO CHI MINH',
  FromCountry: 'VN',
  To: '+842873000001',
  Timestamp: 'Thu, 15 Jan 2026 08:55:00 +0000',
  SequenceNumber: '3',
  CallbackSource: 'call-progress-events',
  RecordingSid: 'RE00000000000000000000000000000001',
  RecordingUrl: 'https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1',
  RecordingDuration: '310',
};

export const TWILIO_SMS = {
  ToCountry: 'VN',
  SmsMessageSid: 'SM00000000000000000000000000000001',
  NumMedia: '0',
  SmsSid: 'SM00000000000000000000000000000001',
  SmsStatus: 'received',
  Body: 'Bao giờ giao hàng ạ?',
  FromCountry: 'VN',
  To: '+842873000001',
  NumSegments: '1',
  MessageSid: 'SM00000000000000000000000000000001',
  AccountSid: 'AC00000000000000000000000000000001',
  From: '+84901234567',
  ApiVersion: '2010-04-01',
};

export const TWILIO_RECEIPT = {
  SmsSid: 'SM00000000000000000000000000000002',
  SmsStatus: 'delivered',
  MessageStatus: 'delivered',
  To: '+84901234567',
  MessageSid: 'SM00000000000000000000000000000002',
  AccountSid: 'AC00000000000000000000000000000001',
  From: '+842873000001',
  ApiVersion: '2010-04-01',
  RawDlrDoneDate: '2601150859',
};

const WHATSAPP_METADATA = { display_phone_number: '15550783881', phone_number_id: '106540352242922' };
const whatsappOf = (value: object) => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: '102290129340398',
      changes: [{ field: 'messages', value: { messaging_product: 'whatsapp', metadata: WHATSAPP_METADATA, ...value } }],
    },
  ],
});
export const WHATSAPP_ID = 'wamid.HBgLODQ5MDEyMzQ1NjcVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=';

export const whatsappMessage = (message: object) =>
  whatsappOf({
    contacts: [{ profile: { name: 'Lan Example' }, wa_id: '84901234567' }],
    messages: [{ from: '84901234567', id: WHATSAPP_ID, timestamp: '1768467300', ...message }],
  });
export const whatsappStatus = (status: object) =>
  whatsappOf({ statuses: [{ id: WHATSAPP_ID, timestamp: '1768467300', recipient_id: '84901234567', ...status }] });

export const messengerEvent = (event: object) => ({
  object: 'page',
  entry: [
    {
      id: '682498302938465',
      time: 1768467300123,
      messaging: [{ sender: { id: '6158000000000001' }, recipient: { id: '682498302938465' }, timestamp: 1768467300000, ...event }],
    },
  ],
});

export const TELEGRAM_PERSON = {
  id: 1111111,
  is_bot: false,
  first_name: 'An',
  last_name: 'Example',
  username: 'an_example',
  language_code: 'vi',
};
export const TELEGRAM_CHAT = { id: 1111111, type: 'private', first_name: 'An', last_name: 'Example', username: 'an_example' };
export const telegramMessage = (message: object, name = 'message') => ({
  update_id: 10000,
  [name]: { message_id: 1365, from: TELEGRAM_PERSON, chat: TELEGRAM_CHAT, date: 1768467300, ...message },
});

export const ZALO_OA = '388613280878808645';
export const zaloEvent = (name: string, body: object) => ({
  app_id: '360846524940903967',
  user_id_by_app: '552177279717587730',
  event_name: name,
  timestamp: '1768467300000',
  ...body,
});
export const zaloMessage = (name: string, message: object) =>
  zaloEvent(name, {
    sender: { id: '246845883529197922' },
    recipient: { id: ZALO_OA },
    message: { msg_id: '96d3cdf3af150460909', ...message },
  });

export const PBX_CALL = {
  event: 'call ended',
  callId: 'c-4711',
  at: '2026-01-15T08:55:00Z',
  direction: 'inbound',
  from: '090 123 4567',
  to: '028 7300 0001',
  agentId: 'lan',
  queue: 'support',
  durationSeconds: 312,
  waitSeconds: 8,
  recordingId: 'r-1',
  disposition: 'ANSWERED',
  summary: 'Khách hỏi về hoá đơn.',
};

export const CONTACT_FORM = {
  'your-name': 'Ann Example',
  'your-email': 'Ann@Example.com',
  'Số điện thoại': '0901234567',
  'your-message': 'Do you deliver on Sundays?',
  budget: '500',
};

export const CHAT_TRANSCRIPT = {
  conversationId: 'chat-1',
  startedAt: '2026-01-15T08:50:00.000Z',
  endedAt: '2026-01-15T08:55:00.000Z',
  customer: { email: 'ann@example.com', anonymousId: 'a1', name: 'Ann Example' },
  agent: { id: 'lan' },
  page: 'https://shop.example/checkout',
  messages: [
    { id: 'm1', at: '2026-01-15T08:50:00.000Z', from: 'customer', text: 'Hello?' },
    { id: 'm2', at: '2026-01-15T08:50:01.000Z', from: 'bot', text: 'One moment.' },
    { id: 'm3', at: '2026-01-15T08:51:00.000Z', from: 'agent', text: 'How can I help?' },
  ],
};

/** Per provider some deliveries of each kind: seeds for mutation, and the mix that is measured. */
/** What a provider says in headers and not in the body. */
export const SAMPLE_HEADERS: Readonly<Record<string, Record<string, string>>> = { discourse: { 'x-discourse-event': 'post_created' } };

export const SAMPLES: Readonly<Record<string, readonly unknown[]>> = {
  ...OTHER_SAMPLES,
  chat: [CHAT_TRANSCRIPT],
  form: [CONTACT_FORM, form(CONTACT_FORM)],
  messenger: [
    messengerEvent({
      message: { mid: 'm_1', text: 'Xin chào', attachments: [{ type: 'image', payload: { url: 'https://cdn.example/1.jpg' } }] },
    }),
    messengerEvent({ postback: { mid: 'm_2', title: 'Get started', payload: 'START' } }),
    messengerEvent({ reaction: { mid: 'm_1', action: 'react', emoji: '❤', reaction: 'love' } }),
    messengerEvent({ delivery: { mids: ['m_3', 'm_4'], watermark: 1768467300000 } }),
    messengerEvent({ read: { watermark: 1768467300000 } }),
    messengerEvent({ referral: { ref: 'r', ad_id: '120', source: 'ADS', type: 'OPEN_THREAD' } }),
    messengerEvent({ optin: { type: 'notification_messages', title: 'Tin', notification_messages_token: 't' } }),
  ],
  pbx: [PBX_CALL, form({ event: 'missed', callId: 'c-1', from: '0901234567' })],
  telegram: [
    telegramMessage({ text: 'Xin chào' }),
    telegramMessage({ photo: [{ file_id: 'f1', width: 90, height: 51, file_size: 1101 }], caption: 'Đây ạ' }),
    telegramMessage({ contact: { phone_number: '84901234567', first_name: 'An', user_id: 1111111 } }),
    { update_id: 10001, callback_query: { id: '1', from: TELEGRAM_PERSON, data: 'yes', message: { message_id: 1, chat: TELEGRAM_CHAT } } },
    {
      update_id: 10002,
      message_reaction: {
        chat: TELEGRAM_CHAT,
        user: TELEGRAM_PERSON,
        message_id: 7,
        date: 1768467300,
        old_reaction: [],
        new_reaction: [{ type: 'emoji', emoji: '👍' }],
      },
    },
    {
      update_id: 10003,
      my_chat_member: { chat: TELEGRAM_CHAT, from: TELEGRAM_PERSON, date: 1768467300, new_chat_member: { status: 'kicked' } },
    },
  ],
  twilio: [form(TWILIO_CALL), form(TWILIO_SMS), form(TWILIO_RECEIPT)],
  whatsapp: [
    whatsappMessage({ type: 'text', text: { body: 'Có màu khác không?' } }),
    whatsappMessage({ type: 'image', image: { id: '1003383421387256', mime_type: 'image/jpeg', sha256: 'abc', caption: 'Hỏng rồi' } }),
    whatsappMessage({ type: 'reaction', reaction: { message_id: 'wamid.1', emoji: '👍' } }),
    whatsappMessage({ type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'yes', title: 'Yes' } } }),
    whatsappMessage({
      type: 'interactive',
      interactive: { type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json: '{"a":"1"}' } },
    }),
    whatsappStatus({ status: 'delivered' }),
    {
      object: 'whatsapp_business_account',
      entry: [
        {
          changes: [
            {
              field: 'user_preferences',
              value: { user_preferences: [{ wa_id: '84901234567', category: 'marketing_messages', value: 'stop', timestamp: 1768467300 }] },
            },
          ],
        },
      ],
    },
    whatsappStatus({ status: 'failed', errors: [{ code: 131026, title: 'Message undeliverable' }] }),
  ],
  zalo: [
    zaloMessage('user_send_text', { text: 'Xin chào' }),
    zaloMessage('user_send_image', {
      attachments: [{ type: 'image', payload: { thumbnail: 'https://z.example/t.jpg', url: 'https://z.example/1.jpg' } }],
    }),
    zaloEvent('follow', { oa_id: ZALO_OA, follower: { id: '246845883529197922' }, source: 'oa_profile' }),
    zaloEvent('user_seen_message', { sender: { id: ZALO_OA }, recipient: { id: '246845883529197922' }, message: { msg_ids: ['a', 'b'] } }),
    zaloEvent('user_feedback', {
      sender: { id: '246845883529197922' },
      recipient: { id: ZALO_OA },
      message: { rate: 5, note: 'Tốt', submit_time: '1768467300000', msg_id: 'z1', feedbacks: ['Vui vẻ'] },
    }),
    zaloEvent('user_call_oa', { oa_id: ZALO_OA, user_id: '246845883529197922', call_id: 'c1', talk_time: 45_000 }),
    zaloEvent('anonymous_send_text', { sender: { id: 'a-77' }, recipient: { id: ZALO_OA }, message: { msg_id: 'm', text: 'Alo' } }),
    zaloEvent('user_submit_info', {
      sender: { id: '246845883529197922' },
      recipient: { id: ZALO_OA },
      info: { name: 'Lan Example', phone: 84901234567, city: 'Huế' },
    }),
  ],
};
