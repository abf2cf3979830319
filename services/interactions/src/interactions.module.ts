import { type DynamicModule, Module } from '@nestjs/common';
import { PostgresModule, StreamModule } from '@rapport/platform';
import type { Config } from './config.js';
import { CasesController } from './http/cases.controller.js';
import { ContextController } from './http/context.controller.js';
import { MapsController } from './http/maps.controller.js';
import { TimelineController } from './http/timeline.controller.js';
import { CaseReader } from './persistence/case-reader.js';
import { MIGRATIONS } from './persistence/migrations.js';
import { PartitionKeeper } from './persistence/partition-keeper.js';
import { PostgresCaseStore } from './persistence/postgres-case-store.js';
import { PostgresInteractionStore } from './persistence/postgres-interaction-store.js';
import { CASE_STORE } from './pipeline/case-store.js';
import { FollowCasesPipeline } from './pipeline/follow-cases.pipeline.js';
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
      { provide: CASE_STORE, useClass: PostgresCaseStore },
      { provide: PATH_STORE, useValue: new PostgresPathStore() },
      { provide: MAP_OPTIONS, useValue: config },
    ];
    return {
      module: InteractionsModule,
      imports: [
        PostgresModule.forRoot({ config, migrations: MIGRATIONS }),
        StreamModule.register(config, [RecordInteractionsPipeline, FollowCasesPipeline, MapJourneysPipeline], { providers: parts }),
      ],
      controllers: [TimelineController, CasesController, ContextController, MapsController],
      providers: [PartitionKeeper, CaseReader],
    };
  }
}
