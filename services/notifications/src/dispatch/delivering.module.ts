import { hostname } from 'node:os';
import { type DynamicModule, Inject, Injectable, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { logger, PG_POOL, sqlOf } from '@rapport/platform';
import type pg from 'pg';
import { v4 as uuid } from 'uuid';
import { EmailChannel, type EmailOptions } from '../channels/email/email-channel.js';
import { resolveBySystem } from '../channels/webhook/check-address.js';
import { EndpointStore } from '../channels/webhook/endpoint-store.js';
import { WebhookChannel } from '../channels/webhook/webhook-channel.js';
import { ADDRESS_RULE, WebhooksController } from '../channels/webhook/webhooks.controller.js';
import { InboxController } from '../inbox/inbox.controller.js';
import { InboxChannel } from '../inbox/inbox-channel.js';
import { InboxHub } from '../inbox/inbox-hub.js';
import { InboxStore } from '../inbox/inbox-store.js';
import { TaskChannel } from '../tasks/task-channel.js';
import { TaskStore } from '../tasks/task-store.js';
import { TasksController } from '../tasks/tasks.controller.js';
import { LiquidPool } from '../templates/liquid-pool.js';
import { TemplateStore } from '../templates/template-store.js';
import { AUTHORING_LIQUID, TemplatesController } from '../templates/templates.controller.js';
import type { DeliveringConfig } from './delivering-config.js';
import { DeliveryStore } from './delivery-store.js';
import { Dispatcher } from './dispatcher.js';
import { ProviderHealth } from './provider-health.js';

const SENDING_LIQUID = Symbol('SENDING_LIQUID');
const SWEEP_EVERY_MS = 1_000;
const SWEEP_MAX = 500;

/** Starts and stops what works by itself, in this order: dispatcher and sweep end, then the processes that render. */
@Injectable()
class Deliverer implements OnApplicationBootstrap, OnModuleDestroy {
  private sweeper: NodeJS.Timeout | undefined;

  constructor(
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(TaskStore) private readonly tasks: TaskStore,
    @Inject(SENDING_LIQUID) private readonly sending: LiquidPool,
    @Inject(AUTHORING_LIQUID) private readonly authoring: LiquidPool,
  ) {}

  onApplicationBootstrap(): void {
    this.dispatcher.start();
    const sweep = (): void =>
      void this.tasks.sweep(SWEEP_MAX).catch((error: unknown) => logger.warn({ err: error }, 'tasks were not swept'));
    this.sweeper = setInterval(sweep, SWEEP_EVERY_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.sweeper);
    await this.dispatcher.stop();
    await Promise.all([this.sending.close(), this.authoring.close()]);
  }
}

/** The half of the service that delivers: templates, channels, the dispatcher, inbox, tasks, webhook endpoints. */
@Module({})
export class DeliveringModule {
  static register(config: DeliveringConfig): DynamicModule {
    return {
      module: DeliveringModule,
      controllers: [TemplatesController, TasksController, InboxController, WebhooksController],
      providers: [
        TemplateStore,
        TaskStore,
        InboxStore,
        InboxHub,
        EndpointStore,
        { provide: SENDING_LIQUID, useFactory: () => new LiquidPool() },
        { provide: AUTHORING_LIQUID, useFactory: () => new LiquidPool({ queueMax: 100 }) },
        { provide: ADDRESS_RULE, useValue: { allowPrivate: config.webhookAllowPrivate, resolve: resolveBySystem } },
        { provide: Dispatcher, useFactory: makeDispatcher(config), inject: [PG_POOL, TemplateStore, SENDING_LIQUID, EndpointStore] },
        Deliverer,
      ],
      exports: [TemplateStore, Dispatcher],
    };
  }
}

function makeDispatcher(config: DeliveringConfig) {
  return (pool: pg.Pool, templates: TemplateStore, liquid: LiquidPool, endpoints: EndpointStore): Dispatcher =>
    new Dispatcher({
      store: new DeliveryStore(pool, `${hostname()}:${process.pid}:${uuid().slice(0, 8)}`),
      health: new ProviderHealth(sqlOf(pool)),
      prepare: { templates, liquid, publicUrl: config.publicUrl, linkSecret: config.linkSecret },
      remote: [
        new EmailChannel(emailOptions(config)),
        new WebhookChannel(endpoints, { allowPrivate: config.webhookAllowPrivate, callTimeoutMs: config.webhookCallTimeoutMs }),
      ],
      local: [new InboxChannel(), new TaskChannel()],
      pollMs: config.dispatchPollMs,
      leaseMarginMs: config.dispatchLeaseMarginMs,
    });
}

function emailOptions({
  smtpUrl,
  mailFrom,
  mailUnsubscribe,
  mailReplyTo,
  dkimDomain,
  dkimSelector,
  dkimPrivateKey,
  smtpConnectionsMax,
  smtpCallTimeoutMs,
}: DeliveringConfig): EmailOptions {
  const dkim =
    dkimDomain && dkimSelector && dkimPrivateKey
      ? { domainName: dkimDomain, keySelector: dkimSelector, privateKey: dkimPrivateKey.replaceAll('\\n', '\n') }
      : undefined;
  const callTimeoutMs = smtpCallTimeoutMs;
  return {
    smtpUrl,
    from: mailFrom,
    unsubscribeMailbox: mailUnsubscribe,
    replyTo: mailReplyTo,
    dkim,
    connectionsMax: smtpConnectionsMax,
    callTimeoutMs,
    socketTimeoutMs: Math.ceil(callTimeoutMs / 2),
  };
}
