import { type DynamicModule, Module } from '@nestjs/common';
import { PostgresModule, StreamModule } from '@rapport/platform';
import type { NotificationsConfig } from './config.js';
import { DeliveringModule } from './dispatch/delivering.module.js';
import { JourneysController } from './http/journeys.controller.js';
import { NotificationsController } from './http/notifications.controller.js';
import { JourneyStore } from './persistence/journey-store.js';
import { MIGRATIONS } from './persistence/migrations.js';
import { NotificationStore } from './persistence/notification-store.js';
import { PostgresDecisionStore } from './persistence/postgres-decision-store.js';
import { DECIDE_SETTINGS, DecideNotificationsPipeline } from './pipeline/decide-notifications.pipeline.js';
import { DECISION_STORE } from './pipeline/decision-store.js';
import type { DecideSettings } from './pipeline/working-set.js';

@Module({})
export class NotificationsModule {
  static forRoot(config: NotificationsConfig): DynamicModule {
    const settings = { provide: DECIDE_SETTINGS, useValue: settingsOf(config) };
    return {
      module: NotificationsModule,
      imports: [
        PostgresModule.forRoot({ config, migrations: MIGRATIONS }),
        StreamModule.register(config, [DecideNotificationsPipeline], {
          providers: [settings, { provide: DECISION_STORE, useClass: PostgresDecisionStore }],
        }),
        DeliveringModule.register(config),
      ],
      controllers: [NotificationsController, JourneysController],
      providers: [settings, NotificationStore, JourneyStore],
    };
  }
}

const settingsOf = ({ topicPartitions, channels, defaultCountry, defaultLocale, profileWaitMs }: NotificationsConfig): DecideSettings => ({
  partitions: topicPartitions,
  available: channels,
  defaultCountry,
  defaultLocale,
  projectionWaitMs: profileWaitMs,
});
