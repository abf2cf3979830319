import { randomBytes } from 'node:crypto';
import { createPool, type DatabaseOptions, provisionDatabase, runMigrations, type ServiceName } from '@rapport/platform';
import pg from 'pg';

export interface TestDatabase {
  /** Logs in as the service's own role. */
  readonly url: string;
  readonly pool: pg.Pool;
  drop(): Promise<void>;
}

/** The PostgreSQL that the test run started (an administrator's URL). @throws when the test runs without its stack. */
export function testDatabaseUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) throw new Error('TEST_DATABASE_URL is not set: run through `npm test`, or a jest project with the test stack');
  return url;
}

/** The Kafka brokers that the test run started. @throws when the test runs without its stack. */
export function testKafkaBrokers(): string[] {
  const brokers = process.env.TEST_KAFKA_BROKERS;
  if (!brokers) throw new Error('TEST_KAFKA_BROKERS is not set: run through `npm test`, or a jest project with the test stack');
  return brokers.split(',');
}

export interface TestDatabaseOptions extends Pick<DatabaseOptions, 'migrations'> {
  readonly service: ServiceName;
  /** The test run's PostgreSQL when absent. */
  readonly adminUrl?: string | undefined;
}

/** A database of this test's own with one service's schema, role and migrations. Call `drop` when done. */
export async function createTestDatabase(options: TestDatabaseOptions): Promise<TestDatabase> {
  const serverUrl = options.adminUrl ?? testDatabaseUrl();
  const name = `test_${options.service}_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  const adminUrl = new URL(serverUrl);
  adminUrl.pathname = `/${name}`;
  const urls = await provisionDatabase({ adminUrl: adminUrl.toString(), services: [options.service], passwordSecret: 'test' });
  const url = urls[options.service] as string;
  await runMigrations({ config: { name: options.service, databaseUrl: url }, migrations: options.migrations });
  const pool = createPool({ databaseUrl: url, name: `test-${options.service}` });
  return {
    url,
    pool,
    async drop() {
      await pool.end();
      const client = new pg.Client({ connectionString: serverUrl });
      await client.connect();
      await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await client.end();
    },
  };
}
