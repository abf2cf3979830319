import { Door } from './door.js';

const TOKEN = { token: 'From the link in the mail: signed, and its own permission.' };
const HTML = { contentType: 'text/html', schema: { type: 'string' } } as const;

export const UNSUBSCRIBE_DOORS = {
  page: Door({
    scope: 'open',
    summary: 'The page behind the link',
    description:
      'Asks, in Vietnamese or English (`Accept-Language`), and changes nothing. An unknown token is a 404 with a page that says so.',
    params: TOKEN,
    answer: { status: 200, description: 'A page with one button.', ...HTML },
  }),
  click: Door({
    scope: 'open',
    summary: 'Unsubscribe with one click (RFC 8058)',
    description:
      'What a mail program, or the button of the page, sends. Becomes the interaction `Unsubscribed`, which withdraws the consent to the mail’s purpose on its channel.',
    params: TOKEN,
    body: {
      contentType: 'application/x-www-form-urlencoded',
      schema: {
        type: 'object',
        required: ['List-Unsubscribe'],
        properties: { 'List-Unsubscribe': { type: 'string', const: 'One-Click' } },
      },
      examples: { click: { 'List-Unsubscribe': 'One-Click' } },
    },
    answer: { status: 200, description: 'A page that says that it is done: Kafka has it.', ...HTML },
    problems: [503],
  }),
} as const;
