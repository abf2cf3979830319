import { ref } from './components.js';
import { Door } from './door.js';
import { DECISION, NOTIFICATION } from './examples.js';

const BODY = {
  schema: ref('NotificationInput'),
  examples: {
    template: { to: 'userId:17850', purpose: 'service', template: 'order-delayed', urgency: 'high', data: { order: '536365', days: 2 } },
    content: {
      to: 'email:ann%40example.com',
      purpose: 'marketing',
      urgency: 'low',
      content: { email: { subject: 'New in spring', text: 'Have a look at what is new.' } },
      channels: ['email', 'in_app'],
    },
  },
} as const;

export const NOTIFICATION_DOORS = {
  notify: Door({
    scope: 'notifications:write',
    summary: 'Reach one customer for one purpose',
    description:
      'The channel is chosen, not configured: hard filters, then utility term by term. The answer comes before it is decided; `GET /v1/notifications/{id}` says what became of it, and why.',
    body: BODY,
    idempotent: true,
    answer: { status: 202, description: 'Taken.', schema: ref('NotificationTaken'), example: { id: NOTIFICATION.id } },
    problems: [404, 409, 422],
  }),
  one: Door({
    scope: 'notifications:read',
    summary: 'One notification, with its decision and deliveries',
    params: { id: 'The id of the notification.' },
    answer: { status: 200, description: 'The notification.', schema: ref('Notification'), example: NOTIFICATION },
    problems: [404],
  }),
  decide: Door({
    scope: 'notifications:write',
    summary: 'The same decision, without sending',
    body: BODY,
    answer: { status: 200, description: 'What would be decided now.', schema: ref('ChannelDecision'), example: DECISION },
    problems: [404, 422],
  }),
} as const;
