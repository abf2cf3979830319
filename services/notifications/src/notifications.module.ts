import { type DynamicModule, Inject, Injectable, Module } from '@nestjs/common';
import { PostgresModule, StreamModule } from '@rapport/platform';
import type { NotificationsConfig } from './config.js';
import { DeliveringModule } from './dispatch/delivering.module.js';
import { Dispatcher } from './dispatch/dispatcher.js';
import { ContextController } from './http/context.controller.js';
import { JourneysController } from './http/journeys.controller.js';
import { NotificationsController } from './http/notifications.controller.js';
import { JourneyStore } from './persistence/journey-store.js';
import { MIGRATIONS } from './persistence/migrations.js';
import { NotificationStore } from './persistence/notification-store.js';
import { PostgresDecisionStore } from './persistence/postgres-decision-store.js';
import { DECIDE_SETTINGS, DecideNotificationsPipeline } from './pipeline/decide-notifications.pipeline.js';
import { DECISION_STORE } from './pipeline/decision-store.js';
import type { DecideSettings } from './pipeline/working-set.js';

/** Between the half that decides and the half that delivers: what was queued is handed over at once. */
@Injectable()
class QueueBell {
  constructor(@Inject(DecideNotificationsPipeline) deciding: DecideNotificationsPipeline, @Inject(Dispatcher) dispatcher: Dispatcher) {
    deciding.onQueued = () => dispatcher.wake();
  }
}

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
      controllers: [NotificationsController, ContextController, JourneysController],
      providers: [settings, NotificationStore, JourneyStore, QueueBell],
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
