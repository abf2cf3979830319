// The tests' PostgreSQL and Kafka in containers (Testcontainers removes them, also after a crash of the tests).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgreSqlContainer } from '@testcontainers/postgresql';
import { GenericContainer, Wait } from 'testcontainers';
import { KAFKA_IMAGE, KAFKA_IMAGE_COMMAND, prepareKafkaImage } from '../../../deploy/local/kafka.mjs';
import { freePort } from '../../../deploy/local/ports.mjs';

const POSTGRES_IMAGE = 'postgres:18-alpine';

function startPostgres() {
  return new PostgreSqlContainer(POSTGRES_IMAGE)
    .withTmpFs({ '/var/lib/postgresql': 'rw' })
    .withCommand(['postgres', '-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'synchronous_commit=off', '-c', 'max_connections=300'])
    .start();
}

/** The broker tells its clients its own address, so its port outside must be known before it starts. */
async function startKafka(/** @type {string} */ dir) {
  const port = await freePort();
  prepareKafkaImage(dir, port, port === 19_093 ? 19_094 : 19_093);
  const container = await new GenericContainer(KAFKA_IMAGE)
    .withExposedPorts({ container: port, host: port })
    .withCopyDirectoriesToContainer([{ source: dir, target: '/kafka' }])
    .withEnvironment({ LOG_DIR: '/tmp/kafka-logs' })
    .withUser('root')
    .withEntrypoint(['/bin/bash'])
    .withCommand(['-c', KAFKA_IMAGE_COMMAND])
    .withWaitStrategy(Wait.forLogMessage('Kafka Server started'))
    .start();
  return { container, brokers: `127.0.0.1:${port}` };
}

/** @param {{database: boolean, kafka: boolean}} needs */
export async function startContainers({ database, kafka }) {
  const dir = mkdtempSync(join(tmpdir(), 'rapport-test-'));
  const [postgres, broker] = await Promise.all([database ? startPostgres() : undefined, kafka ? startKafka(dir) : undefined]);
  const stop = async () => {
    await Promise.all([broker?.container.stop(), postgres?.stop()]);
    rmSync(dir, { recursive: true, force: true });
  };
  return { databaseUrl: postgres?.getConnectionUri(), brokers: broker?.brokers, stop };
}
