// Where the tests' PostgreSQL and Kafka come from: TEST_DATABASE_URL and TEST_KAFKA_BROKERS when they are set; containers where a Docker engine
// answers; else the same local processes as `npm start`, on free ports and in a temporary folder. TEST_STACK=local|containers forces one.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka } from '../../../deploy/local/kafka.mjs';
import { startPostgres } from '../../../deploy/local/postgres.mjs';

/** @typedef {{mode: string, databaseUrl: string, brokers: string, stop: () => Promise<void>}} TestStack */

/** @type {any} */
const shared = globalThis;
/**
 * The stack of this run: Jest loads setup and teardown apart, and each once per project; what they share has to be kept outside of both.
 * @type {{stack?: Promise<TestStack>}}
 */
export const held = (shared.rapportTestStack ??= {});

async function dockerAnswers() {
  const { getContainerRuntimeClient } = await import('testcontainers');
  return getContainerRuntimeClient().then(
    () => true,
    () => false,
  );
}

/** @param {{database: boolean, kafka: boolean}} needs @returns {Promise<{databaseUrl?: string, brokers?: string, stop: () => Promise<void>}>} */
async function startLocal({ database, kafka }) {
  const dir = mkdtempSync(join(tmpdir(), 'rapport-test-'));
  // PostgreSQL may have to run as another user, who must get in.
  chmodSync(dir, 0o711);
  const started = await Promise.allSettled([
    database ? startPostgres({ dir: join(dir, 'postgres'), durable: false }) : undefined,
    kafka ? startKafka({ dir: join(dir, 'kafka') }) : undefined,
  ]);
  const [postgres, broker] = started.map((result) => (result.status === 'fulfilled' ? result.value : undefined));
  const stop = async () => {
    await Promise.all([broker?.stop(), postgres?.stop()]);
    rmSync(dir, { recursive: true, force: true });
  };
  const failed = started.find((result) => result.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return { databaseUrl: /** @type {any} */ (postgres)?.url, brokers: /** @type {any} */ (broker)?.brokers, stop };
}

/** @param {{database: boolean, kafka: boolean}} needs @returns {Promise<{mode: string} & Awaited<ReturnType<typeof startLocal>>>} */
async function startMissing(needs) {
  const forced = process.env.TEST_STACK;
  if (forced === 'containers' || (forced !== 'local' && (await dockerAnswers()))) {
    const { startContainers } = await import('./containers.mjs');
    try {
      return { mode: 'containers', ...(await startContainers(needs)) };
    } catch (error) {
      if (forced) throw error;
      console.warn(`containers cannot be used (${/** @type {Error} */ (error).message}): local processes instead`);
    }
  }
  return { mode: 'local processes', ...(await startLocal(needs)) };
}

/** @returns {Promise<TestStack>} */
export async function startTestStack() {
  const { TEST_DATABASE_URL: databaseUrl, TEST_KAFKA_BROKERS: brokers } = process.env;
  if (databaseUrl && brokers) return { mode: 'external', databaseUrl, brokers, stop: async () => {} };
  const started = await startMissing({ database: !databaseUrl, kafka: !brokers });
  return {
    mode: started.mode,
    stop: started.stop,
    databaseUrl: databaseUrl ?? started.databaseUrl ?? '',
    brokers: brokers ?? started.brokers ?? '',
  };
}
