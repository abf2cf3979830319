import { DataSource, type DataSourceOptions, type MixedList } from 'typeorm';

type Classes = MixedList<new () => object>;

export interface DatabaseOptions {
  readonly config: { readonly name: string; readonly databaseUrl: string };
  readonly entities?: readonly (new (...args: never[]) => object)[];
  /** In the order in which they run. */
  readonly migrations: readonly (new () => object)[];
}

/** How TypeORM is set up everywhere: explicit entities and migrations, no synchronise, a few connections (the batch path has its own pool). */
export function dataSourceOptions({ config, entities = [], migrations }: DatabaseOptions): DataSourceOptions {
  return {
    type: 'postgres',
    url: config.databaseUrl,
    applicationName: `rapport-${config.name}-orm`,
    entities: entities as unknown as Classes as never,
    migrations: migrations as unknown as Classes as never,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: false,
    extra: { max: 4, connectionTimeoutMillis: 5_000, statement_timeout: 30_000 },
    poolErrorHandler: () => undefined,
  };
}

/**
 * Brings the service's schema up to date. Several replicas may call it at once: an advisory lock lets one through after the other.
 * @returns the names of the migrations that ran.
 */
export async function runMigrations(options: DatabaseOptions): Promise<string[]> {
  const dataSource = await new DataSource({ ...dataSourceOptions(options), extra: { max: 2 } } as DataSourceOptions).initialize();
  try {
    const lock = dataSource.createQueryRunner();
    await lock.query(`SELECT pg_advisory_lock(hashtext($1))`, [`rapport.migrate.${options.config.name}`]);
    const done = await dataSource.runMigrations();
    await lock.query(`SELECT pg_advisory_unlock(hashtext($1))`, [`rapport.migrate.${options.config.name}`]);
    await lock.release();
    return done.map((migration) => migration.name);
  } finally {
    await dataSource.destroy();
  }
}
