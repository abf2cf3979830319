import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type pg from 'pg';
import { type DatabaseOptions, dataSourceOptions } from './migrate.js';
import { createPool, PG_POOL } from './pool.js';

/** Ends the pool after everything that uses it has stopped. */
@Injectable()
class PoolCloser implements OnApplicationShutdown {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}

/** TypeORM for ordinary reads and writes, and {@link PG_POOL} for hand-written statements. */
@Module({})
export class PostgresModule {
  static forRoot(options: DatabaseOptions): DynamicModule {
    const { config, entities = [] } = options;
    return {
      module: PostgresModule,
      global: true,
      imports: [
        TypeOrmModule.forRoot({ ...dataSourceOptions(options), retryAttempts: 30, retryDelay: 1_000, manualInitialization: false }),
        TypeOrmModule.forFeature(entities as never[]),
      ],
      providers: [{ provide: PG_POOL, useFactory: () => createPool({ databaseUrl: config.databaseUrl, name: config.name }) }, PoolCloser],
      exports: [PG_POOL, TypeOrmModule],
    };
  }
}
