import { ensureTopics } from '@rapport/platform';
import { createTestDatabase, type TestDatabase, testKafkaBrokers } from '@rapport/testkit';
import { MIGRATIONS } from '../persistence/migrations.js';
import { startGateway, type TestGateway } from './start-gateway.js';

export const PARTITIONS = 4;

export interface TestSetup {
  readonly database: TestDatabase;
  readonly brokers: string[];
  readonly gateway: TestGateway;
  stop(): Promise<void>;
}

/** A gateway on the test stack, with a database of its own. */
export async function startOnStack(env?: Record<string, string>): Promise<TestSetup> {
  const brokers = testKafkaBrokers();
  const [database] = await Promise.all([
    createTestDatabase({ service: 'gateway', migrations: MIGRATIONS }),
    ensureTopics({ brokers, partitions: PARTITIONS }),
  ]);
  const gateway = await startGateway({ databaseUrl: database.url, brokers, ...(env && { env }) });
  return {
    database,
    brokers,
    gateway,
    async stop() {
      await gateway.stop();
      await database.drop();
    },
  };
}
