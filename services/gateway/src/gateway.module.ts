import { type DynamicModule, Inject, Injectable, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { createPool, HealthRegistry, logger, SERVICE_CONFIG } from '@rapport/platform';
import type { GatewayConfig } from './config.js';
import type { ReceivedRecord } from './domain/received-record.js';
import { Access } from './http/access.js';
import { AccountsController } from './http/accounts.controller.js';
import { CasesController } from './http/cases.controller.js';
import { ConnectionsController } from './http/connections.controller.js';
import { CustomerContextController } from './http/customer-context.controller.js';
import { CustomerContexts } from './http/customer-contexts.js';
import { ImportsController } from './http/imports.controller.js';
import { InboundController } from './http/inbound.controller.js';
import { InboundDoor } from './http/inbound-door.js';
import { IdentityController } from './http/identity.controller.js';
import { Ingest } from './http/ingest.js';
import { InteractionsController } from './http/interactions.controller.js';
import { JourneysController } from './http/journeys.controller.js';
import { KeysController } from './http/keys.controller.js';
import { LiveController } from './http/live.controller.js';
import { MapsController } from './http/maps.controller.js';
import { NotificationsController } from './http/notifications.controller.js';
import { OwnInteractions } from './http/own-interactions.js';
import { PersonalPages } from './http/personal-pages.js';
import { ConfirmController, PreferencesController } from './http/preferences.controller.js';
import { ProfilePreferencesController } from './http/profile-preferences.controller.js';
import { ProfileRefs } from './http/profile-refs.js';
import { ProfileWritesController } from './http/profile-writes.controller.js';
import { ProfilesController } from './http/profiles.controller.js';
import { ScopeGuard } from './http/scope-guard.js';
import { SatisfactionController } from './http/satisfaction.controller.js';
import { SegmentController } from './http/segment.controller.js';
import { SegmentMemberships } from './http/segment-memberships.js';
import { SegmentsController } from './http/segments.controller.js';
import { TasksController } from './http/tasks.controller.js';
import { TemplatesController } from './http/templates.controller.js';
import { UnsubscribeController } from './http/unsubscribe.controller.js';
import { Upstreams } from './http/upstreams.js';
import { WebhooksController } from './http/webhooks.controller.js';
import { importProviders } from './import-providers.js';
import { KafkaLiveLog } from './kafka/kafka-live-log.js';
import { ReceivedLog } from './kafka/received-log.js';
import { PostgresConnectionStore } from './persistence/postgres-connection-store.js';
import { KEY_POOL, PostgresKeyStore } from './persistence/postgres-key-store.js';
import { Acceptance } from './pipeline/acceptance.js';
import { ConnectionRing } from './pipeline/connection-ring.js';
import { ConnectionStore } from './pipeline/connection-store.js';
import { Connections, SEALING_KEYS } from './pipeline/connections.js';
import { GatherQueue } from './pipeline/gather-queue.js';
import { KeyRing } from './pipeline/key-ring.js';
import { KeyStore } from './pipeline/key-store.js';
import { KEY_SECRET, Keys } from './pipeline/keys.js';
import { LiveHub } from './pipeline/live-hub.js';
import { LiveLog } from './pipeline/live-log.js';
import { LiveView } from './pipeline/live-view.js';
import { MembershipLookup } from './pipeline/membership-lookup.js';
import { RateLimiter } from './pipeline/rate-limiter.js';
import { REMOTE_VERIFIERS, type RemoteVerifiers } from './pipeline/remote-verifier.js';
import { SnsVerifier } from './remote/sns-verifier.js';
import { SmtpReceiver } from './smtp/smtp-receiver.js';

const CONTROLLERS = [
  SegmentController,
  InteractionsController,
  AccountsController,
  IdentityController,
  ProfilesController,
  ProfileWritesController,
  CustomerContextController,
  CasesController,
  ProfilePreferencesController,
  SegmentsController,
  SatisfactionController,
  NotificationsController,
  TemplatesController,
  JourneysController,
  TasksController,
  WebhooksController,
  UnsubscribeController,
  PreferencesController,
  ConfirmController,
  KeysController,
  ConnectionsController,
  InboundController,
  ImportsController,
  LiveController,
  MapsController,
];

@Module({})
export class GatewayModule {
  static forRoot(config: GatewayConfig): DynamicModule {
    return {
      module: GatewayModule,
      controllers: CONTROLLERS,
      providers: [
        ...acceptance(config),
        ...keys(config),
        ...connections(config),
        ...importProviders(config),
        ...live(config),
        Access,
        { provide: APP_GUARD, useClass: ScopeGuard },
        Ingest,
        { provide: Upstreams, useFactory: () => new Upstreams(config) },
        ProfileRefs,
        CustomerContexts,
        OwnInteractions,
        PersonalPages,
        { provide: BOOTSTRAP_KEYS, useValue: bootstrapKeys(config) },
        Lifecycle,
      ],
    };
  }
}

function acceptance(config: GatewayConfig) {
  const {
    kafkaBrokers: brokers,
    kafkaSendTimeoutMs: sendTimeoutMs,
    sendRecordsMax,
    sendBytesMax,
    bufferRecordsMax,
    bufferBytesMax,
  } = config;
  return [
    { provide: ReceivedLog, useFactory: () => new ReceivedLog({ brokers, sendTimeoutMs }) },
    {
      provide: GatherQueue,
      useFactory: (log: ReceivedLog) =>
        new GatherQueue<ReceivedRecord>((records) => log.append(records), {
          sendRecordsMax,
          sendBytesMax,
          bufferRecordsMax,
          bufferBytesMax,
        }),
      inject: [ReceivedLog],
    },
    Acceptance,
  ];
}

function keys({ databaseUrl, keyRefreshMs, linkSecret, rateLimitPerSecond: perSecond, rateLimitBurst: burst }: GatewayConfig) {
  const log = logger.child({ part: 'keys' });
  return [
    { provide: KEY_POOL, useFactory: () => createPool({ databaseUrl, name: 'gateway', connectionsMax: 4 }) },
    { provide: KeyStore, useClass: PostgresKeyStore },
    {
      provide: KeyRing,
      useFactory: (store: KeyStore) =>
        new KeyRing(store, keyRefreshMs, (error) => log.warn({ err: error }, 'keys could not be read; the last known ones go on')),
      inject: [KeyStore],
    },
    { provide: KEY_SECRET, useValue: linkSecret },
    Keys,
    { provide: RateLimiter, useFactory: () => new RateLimiter({ perSecond, burst: Math.max(burst, perSecond) }) },
  ];
}

/** Base64 makes four bytes of three, and the record has an envelope. */
const MAIL_SHARE_OF_RECORD = 0.7;

/** Providers whose signatures are checked with I/O. */
const remoteVerifiers = ({ snsBaseUrl }: GatewayConfig): RemoteVerifiers => ({ ses: new SnsVerifier({ baseUrl: snsBaseUrl }) });

function connections(config: GatewayConfig) {
  const { sealingKeys, keyRefreshMs } = config;
  const log = logger.child({ part: 'connections' });
  const onError = (error: unknown) => log.warn({ err: error }, 'connections could not be read; the last known ones go on');
  return [
    { provide: SEALING_KEYS, useValue: sealingKeys },
    { provide: ConnectionStore, useClass: PostgresConnectionStore },
    {
      provide: ConnectionRing,
      useFactory: (store: ConnectionStore) => new ConnectionRing(store, sealingKeys, keyRefreshMs, onError),
      inject: [ConnectionStore],
    },
    Connections,
    { provide: REMOTE_VERIFIERS, useFactory: () => remoteVerifiers(config) },
    InboundDoor,
    smtpReceiver(config),
  ];
}

function smtpReceiver(config: GatewayConfig) {
  const { host, smtpReceiverPort: port, smtpReceiverBytesMax: bytesMax } = config;
  const pem = (text: string) => text.replaceAll('\\n', '\n');
  const options = {
    host,
    port,
    bytesMax,
    keptBytesMax: Math.floor(config.inboundBytesMax * MAIL_SHARE_OF_RECORD),
    tlsKey: pem(config.smtpReceiverTlsKey),
    tlsCertificate: pem(config.smtpReceiverTlsCertificate),
  };
  return {
    provide: SmtpReceiver,
    useFactory: (ring: ConnectionRing, limiter: RateLimiter, acceptance: Acceptance) =>
      new SmtpReceiver(options, ring, limiter, acceptance),
    inject: [ConnectionRing, RateLimiter, Acceptance],
  };
}

function live(config: GatewayConfig) {
  const log = logger.child({ part: 'live' });
  const view = {
    presenceMs: config.livePresenceMs,
    visitMs: config.liveVisitMs,
    visitorsMax: config.liveVisitorsMax,
    eventsKeptMax: config.liveEventsKeptMax,
    onTrouble: (reason: string) => log.warn({ reason }, 'the live view cannot read the log; trying again'),
  };
  const hub = {
    listenersMax: config.liveListenersMax,
    listenersPerKeyMax: config.liveListenersPerKeyMax,
    lingerMs: config.liveLingerMs,
  };
  return [
    {
      provide: LiveLog,
      useFactory: () => new KafkaLiveLog({ brokers: config.kafkaBrokers, readBackRecordsMax: config.liveReadBackRecordsMax }),
    },
    { provide: MembershipLookup, useClass: SegmentMemberships },
    {
      provide: LiveView,
      useFactory: (source: LiveLog, lookup: MembershipLookup) => new LiveView(source, lookup, view),
      inject: [LiveLog, MembershipLookup],
    },
    { provide: LiveHub, useFactory: (source: LiveView) => new LiveHub(source, hub), inject: [LiveView] },
  ];
}

const BOOTSTRAP_KEYS = Symbol('BOOTSTRAP_KEYS');
const bootstrapKeys = ({ bootstrapWriteKey, bootstrapServerKey }: GatewayConfig) =>
  [bootstrapWriteKey, bootstrapServerKey].filter((secret) => secret !== '');
const BOOTSTRAP_NAME = 'default';
const RETRY_MS = 1_000;

/** Starts and stops what runs beside requests. Neither Kafka nor the database must be there for the gateway to come up. */
@Injectable()
class Lifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  private stopped = false;

  constructor(
    private readonly log: ReceivedLog,
    private readonly queue: GatherQueue<ReceivedRecord>,
    private readonly ring: KeyRing,
    private readonly keys: Keys,
    private readonly connections: ConnectionRing,
    private readonly mail: SmtpReceiver,
    @Inject(SERVICE_CONFIG) private readonly config: Pick<GatewayConfig, 'smtpReceiverPort'>,
    @Inject(HealthRegistry) private readonly health: HealthRegistry,
    @Inject(BOOTSTRAP_KEYS) private readonly secrets: readonly string[],
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.health.register({ name: 'kafka', check: () => reasonOf(this.log.trouble()) });
    this.health.register({ name: 'keys', check: () => reasonOf(this.ring.loaded ? null : 'never read') });
    await Promise.all([this.log.connect(), this.loadKeys(), this.connections.start()]);
    if (this.config.smtpReceiverPort > 0) logger.info({ port: await this.mail.listen() }, 'takes mail');
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.ring.stop();
    this.connections.stop();
    await this.mail.close();
    await this.queue.drained();
    await this.log.close();
  }

  private async loadKeys(): Promise<void> {
    try {
      for (const secret of this.secrets) await this.keys.ensure(secret, BOOTSTRAP_NAME);
      await this.ring.start();
    } catch (error) {
      logger.warn({ err: error }, 'keys could not be read yet');
      if (!this.stopped) setTimeout(() => void this.loadKeys(), RETRY_MS).unref();
    }
  }
}

const reasonOf = (trouble: string | null) => (trouble === null ? { ok: true } : { ok: false, reason: trouble });
