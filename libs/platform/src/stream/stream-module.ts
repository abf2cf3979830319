import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown, type Type } from '@nestjs/common';
import type pg from 'pg';
import { createPool, PG_POOL } from '../postgres/pool.js';
import { logger } from '../telemetry/logger.js';
import type { Pipeline } from './pipeline.js';
import { PostgresStreamStore } from './postgres-store.js';
import type { StreamConfig } from './group-consumer.js';
import { StreamServer } from './stream-server.js';

const QUICK_POOL = Symbol('QUICK_POOL');

@Injectable()
class QuickPoolCloser implements OnApplicationShutdown {
  constructor(@Inject(QUICK_POOL) private readonly pool: pg.Pool) {}

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}

/** Makes the service's {@link StreamServer} for pipelines that Nest constructs; `runService` connects it as a microservice. */
@Module({})
export class StreamModule {
  static register(
    config: StreamConfig & { databaseUrl: string },
    pipelines: readonly Type<Pipeline>[],
    options: { imports?: DynamicModule['imports']; providers?: DynamicModule['providers']; exports?: DynamicModule['exports'] } = {},
  ): DynamicModule {
    return {
      module: StreamModule,
      global: true,
      imports: options.imports ?? [],
      providers: [
        ...(options.providers ?? []),
        ...pipelines,
        {
          provide: QUICK_POOL,
          useFactory: () =>
            createPool({ databaseUrl: config.databaseUrl, name: `${config.name}-outbox`, connectionsMax: 4, synchronousCommit: false }),
        },
        QuickPoolCloser,
        {
          provide: StreamServer,
          inject: [PG_POOL, QUICK_POOL, ...pipelines],
          useFactory: (pool: pg.Pool, quick: pg.Pool, ...instances: Pipeline[]) =>
            new StreamServer({ config, pipelines: instances, store: new PostgresStreamStore(pool, quick), logger }),
        },
      ],
      exports: [StreamServer, ...pipelines, ...(options.exports ?? [])],
    };
  }
}
