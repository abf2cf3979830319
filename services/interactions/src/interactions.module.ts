import { type DynamicModule, Module } from '@nestjs/common';
import { PostgresModule, StreamModule } from '@rapport/platform';
import type { Config } from './config.js';
import { MapsController } from './http/maps.controller.js';
import { TimelineController } from './http/timeline.controller.js';
import { MIGRATIONS } from './persistence/migrations.js';
import { PartitionKeeper } from './persistence/partition-keeper.js';
import { PostgresInteractionStore } from './persistence/postgres-interaction-store.js';
import { PostgresPathStore } from './persistence/postgres-path-store.js';
import { MapJourneysPipeline } from './pipeline/map-journeys.pipeline.js';
import { MAP_OPTIONS, PATH_STORE } from './pipeline/path-store.js';
import { INTERACTION_STORE, RecordInteractionsPipeline, SETTINGS } from './pipeline/record-interactions.pipeline.js';

@Module({})
export class InteractionsModule {
  static forRoot(config: Config): DynamicModule {
    const parts = [
      { provide: INTERACTION_STORE, useValue: new PostgresInteractionStore(config) },
      { provide: SETTINGS, useValue: config.settings },
      { provide: PATH_STORE, useValue: new PostgresPathStore() },
      { provide: MAP_OPTIONS, useValue: config },
    ];
    return {
      module: InteractionsModule,
      imports: [
        PostgresModule.forRoot({ config, migrations: MIGRATIONS }),
        StreamModule.register(config, [RecordInteractionsPipeline, MapJourneysPipeline], { providers: parts }),
      ],
      controllers: [TimelineController, MapsController],
      providers: [PartitionKeeper],
    };
  }
}
