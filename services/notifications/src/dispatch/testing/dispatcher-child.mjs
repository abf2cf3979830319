// A real process with the built dispatcher, an e-mail and a webhook channel, to be killed in the middle of its work.
import { createPool, sqlOf } from '@rapport/platform';

const built = (path) => import(new URL(`../../../dist/${path}`, import.meta.url).href);
const [
  { EmailChannel },
  { WebhookChannel },
  { EndpointStore },
  { InboxChannel },
  { TaskChannel },
  { LiquidPool },
  { TemplateStore },
  { DeliveryStore },
  { Dispatcher },
  { ProviderHealth },
] = await Promise.all(
  [
    'channels/email/email-channel.js',
    'channels/webhook/webhook-channel.js',
    'channels/webhook/endpoint-store.js',
    'inbox/inbox-channel.js',
    'tasks/task-channel.js',
    'templates/liquid-pool.js',
    'templates/template-store.js',
    'dispatch/delivery-store.js',
    'dispatch/dispatcher.js',
    'dispatch/provider-health.js',
  ].map(built),
);

const { DATABASE_URL, SMTP_URL, CALL_TIMEOUT_MS = '2000', LEASE_MARGIN_MS = '1000' } = process.env;
const pool = createPool({ databaseUrl: DATABASE_URL, name: 'dispatcher-child' });
const callTimeoutMs = Number(CALL_TIMEOUT_MS);
const dispatcher = new Dispatcher({
  store: new DeliveryStore(pool, `child:${process.pid}`),
  health: new ProviderHealth(sqlOf(pool)),
  prepare: {
    templates: new TemplateStore(pool),
    liquid: new LiquidPool(),
    publicUrl: 'https://rapport.example',
    linkSecret: 'a secret for links in tests',
  },
  remote: [
    new EmailChannel({ smtpUrl: SMTP_URL, from: 'Rapport <hello@rapport.example>', callTimeoutMs, socketTimeoutMs: callTimeoutMs }),
    new WebhookChannel(new EndpointStore(pool), { allowPrivate: true, callTimeoutMs }),
  ],
  local: [new InboxChannel(), new TaskChannel()],
  pollMs: 5,
  leaseMarginMs: Number(LEASE_MARGIN_MS),
});
process.on('disconnect', () => process.exit(1)); // the test is gone
dispatcher.start();
process.send?.('started');
