import { type DynamicModule, Module } from '@nestjs/common';
import { PostgresModule, StreamModule } from '@rapport/platform';
import type { ProfilesConfig } from './config.js';
import { ProfilesController } from './http/profiles.controller.js';
import { ENTITIES } from './persistence/entities.js';
import { MIGRATIONS } from './persistence/migrations.js';
import { PostgresProfileStore } from './persistence/postgres-profile-store.js';
import { ProfileReader } from './persistence/profile-reader.js';
import { PROFILE_QUERIES } from './pipeline/profile-queries.js';
import { PROFILE_STORE } from './pipeline/profile-store.js';
import { ResolveProfilesPipeline } from './pipeline/resolve-profiles.pipeline.js';

@Module({})
export class ProfilesModule {
  static forRoot(config: ProfilesConfig): DynamicModule {
    return {
      module: ProfilesModule,
      imports: [
        PostgresModule.forRoot({ config, entities: ENTITIES, migrations: MIGRATIONS }),
        StreamModule.register(config, [ResolveProfilesPipeline], {
          providers: [{ provide: PROFILE_STORE, useClass: PostgresProfileStore }],
        }),
      ],
      controllers: [ProfilesController],
      providers: [{ provide: PROFILE_QUERIES, useClass: ProfileReader }],
    };
  }
}
