import { type DynamicModule, Module } from '@nestjs/common';
import { PostgresModule, StreamModule } from '@rapport/platform';
import type { ProfilesConfig } from './config.js';
import { AccountsController } from './http/accounts.controller.js';
import { IdentityController } from './http/identity.controller.js';
import { ProfilesController } from './http/profiles.controller.js';
import { AccountReader } from './persistence/account-reader.js';
import { CompanyTable } from './persistence/company-table.js';
import { ENTITIES } from './persistence/entities.js';
import { MIGRATIONS } from './persistence/migrations.js';
import { PostgresIdentityDesk } from './persistence/postgres-identity-desk.js';
import { PostgresProfileStore } from './persistence/postgres-profile-store.js';
import { ProfileReader } from './persistence/profile-reader.js';
import { ACCOUNT_QUERIES, COMPANY_SOURCE } from './pipeline/account-queries.js';
import { IDENTITY_DESK } from './pipeline/identity-desk.js';
import { INTERACTION_HISTORY } from './pipeline/interaction-history.js';
import { PROFILE_QUERIES } from './pipeline/profile-queries.js';
import { PROFILE_STORE } from './pipeline/profile-store.js';
import { ResolveProfilesPipeline } from './pipeline/resolve-profiles.pipeline.js';
import { UnmergeReader } from './pipeline/unmerge-reader.js';
import { InteractionsClient } from './remote/interactions-client.js';

@Module({})
export class ProfilesModule {
  static forRoot(config: ProfilesConfig): DynamicModule {
    return {
      module: ProfilesModule,
      imports: [
        PostgresModule.forRoot({ config, entities: ENTITIES, migrations: MIGRATIONS }),
        StreamModule.register(config, [ResolveProfilesPipeline], {
          providers: [
            { provide: PROFILE_STORE, useClass: PostgresProfileStore },
            CompanyTable,
            { provide: COMPANY_SOURCE, useExisting: CompanyTable },
          ],
          exports: [CompanyTable, COMPANY_SOURCE],
        }),
      ],
      controllers: [AccountsController, IdentityController, ProfilesController],
      providers: [
        { provide: PROFILE_QUERIES, useClass: ProfileReader },
        { provide: ACCOUNT_QUERIES, useClass: AccountReader },
        { provide: IDENTITY_DESK, useClass: PostgresIdentityDesk },
        { provide: INTERACTION_HISTORY, useFactory: () => new InteractionsClient(config) },
        UnmergeReader,
      ],
    };
  }
}
