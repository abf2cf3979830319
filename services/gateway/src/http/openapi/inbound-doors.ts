import { Type } from '@sinclair/typebox';
import { PROVIDERS } from '../../domain/signatures/schemes.js';
import { Door } from './door.js';

const PARAMS = { provider: `One of ${PROVIDERS.map((name) => `\`${name}\``).join(', ')}.`, connection: 'The name of the connection.' };

export const INBOUND_DOORS = {
  deliver: Door({
    scope: 'open',
    summary: 'Deliver what happened at a provider',
    description: `For providers' webhooks: any body and content type, at most 1 MB. The signature is the permission: each provider's own (Twilio, Graph API, Telegram, Zalo), otherwise [Standard Webhooks](https://www.standardwebhooks.com), or \`X-Signature\` with the HMAC-SHA256 of the raw body in hex or base64 (with \`X-Timestamp\`, of \`<X-Timestamp>.<body>\`).

200 means that Kafka has the delivery; whether it can be understood is found out later, because sending it again would not help: what cannot is a dead letter.`,
    params: PARAMS,
    body: {
      schema: {},
      contentType: '*/*',
      examples: { form: { email: 'ann@example.com', name: 'Ann Example', message: 'Do you deliver on Sundays?' } },
    },
    answer: {
      status: 200,
      description: 'Accepted. (Twilio gets an empty TwiML document.)',
      schema: Type.Object({ accepted: Type.Literal(true) }),
      example: { accepted: true },
    },
    problems: [401, 404, 429, 503],
  }),
  greet: Door({
    scope: 'open',
    summary: 'Answer a provider’s verification',
    description: 'WhatsApp and Messenger ask once whether this address knows their verify token; the answer is their challenge.',
    params: PARAMS,
    query: {
      'hub.mode': { description: '`subscribe`.' },
      'hub.verify_token': { description: 'The connection’s verify token.' },
      'hub.challenge': { description: 'What is answered.' },
    },
    answer: { status: 200, description: 'The challenge.', contentType: 'text/plain', schema: Type.String(), example: '1158201444' },
    problems: [401, 404, 503],
  }),
} as const;
