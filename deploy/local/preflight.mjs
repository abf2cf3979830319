// Looks at the machine before anything is installed or started, so that what is missing is said in one sentence each, with its remedy.
import { accessSync, constants, existsSync, mkdirSync, statfsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { dependenciesAreInstalled } from './bootstrap.mjs';
import { lastRun } from './lock.mjs';
import { findKafkaRuntime } from './kafka.mjs';
import { ROOT, STATE_DIR } from './paths.mjs';
import { answersAt, isTaken, PORTS, portsFromEnv } from './ports.mjs';
import { say } from './progress.mjs';

const LEFTOVER_TIMEOUT_MS = 15_000;
const GIB = 2 ** 30;
const RUN_BYTES = 1 * GIB;
/** node_modules and Kafka's jars come on top. */
const INSTALL_BYTES = 2 * GIB;

function writeProblems() {
  try {
    mkdirSync(STATE_DIR, { recursive: true });
    accessSync(ROOT, constants.W_OK);
    accessSync(STATE_DIR, constants.W_OK);
    return [];
  } catch {
    return [`This user may not write to ${ROOT}: give it the folder (chown -R "$USER" ${ROOT}), or clone the repository somewhere else.`];
  }
}

function diskProblems() {
  const { bavail, bsize } = statfsSync(existsSync(STATE_DIR) ? STATE_DIR : ROOT);
  const needed = dependenciesAreInstalled() ? RUN_BYTES : INSTALL_BYTES;
  if (bavail * bsize >= needed) return [];
  return [
    `The disk of ${ROOT} has ${((bavail * bsize) / GIB).toFixed(1)} GiB left and ${needed / GIB} GiB are needed: free some space, or clone the repository onto another disk.`,
  ];
}

/** @param {Partial<import('./ports.mjs').Ports>} ports */
async function portProblems(ports) {
  const names = /** @type {(keyof typeof PORTS)[]} */ (Object.keys(ports));
  const taken = await Promise.all(names.map((name) => isTaken(/** @type {number} */ (ports[name]))));
  return names
    .filter((_, i) => taken[i])
    .map((name) => {
      const { what, env } = PORTS[name];
      return `Port ${ports[name]}, for ${what}, is taken by another program: stop that program, or choose another port: ${env}=${Number(ports[name]) + 1000} npm start.`;
    });
}

/** @param {string | undefined} brokers */
async function kafkaProblems(brokers) {
  if (!brokers) {
    const runtime = await findKafkaRuntime();
    return runtime.mode === 'none' ? [runtime.problem] : [];
  }
  const answers = await Promise.all(
    brokers.split(',').map((broker) => {
      const { hostname, port } = new URL(`kafka://${broker.trim()}`);
      return answersAt(hostname, Number(port || 9092));
    }),
  );
  return answers.some(Boolean)
    ? []
    : [`KAFKA_BROKERS is set to ${brokers}, and no broker answers there: start it, or unset KAFKA_BROKERS to use a local one.`];
}

/** @param {string | undefined} databaseUrl */
async function databaseProblems(databaseUrl) {
  if (!databaseUrl) return [];
  if (!URL.canParse(databaseUrl)) return ['DATABASE_URL is not a URL: write it as postgres://user:password@host:5432/database.'];
  const { hostname, port } = new URL(databaseUrl);
  if (await answersAt(hostname, Number(port || 5432))) return [];
  return [
    `DATABASE_URL points to ${hostname}:${port || 5432}, and nothing answers there: start the database, or unset DATABASE_URL to use a local one.`,
  ];
}

/** The ports that a start needs: not those of what the environment says is somebody else's. */
function portsNeeded(/** @type {NodeJS.ProcessEnv} */ env) {
  const { kafka, kafkaController, postgres, ...others } = portsFromEnv(env);
  return { ...others, ...(env.KAFKA_BROKERS ? {} : { kafka, kafkaController }), ...(env.DATABASE_URL ? {} : { postgres }) };
}

/** After a start that was killed, its processes need a moment to end. */
async function patientPortProblems(/** @type {ReturnType<typeof portsNeeded>} */ ports) {
  const deadline = Date.now() + (lastRun() ? LEFTOVER_TIMEOUT_MS : 0);
  for (let said = false; ; said = true) {
    const problems = await portProblems(ports);
    if (problems.length === 0 || Date.now() > deadline) return problems;
    if (!said) say('  … the last run was killed; waiting for the end of its processes');
    await sleep(500);
  }
}

/** @returns {Promise<string[]>} one sentence per problem; empty: go */
export async function stackPreflight(env = process.env) {
  const early = writeProblems();
  if (early.length > 0) return early;
  const checks = await Promise.all([
    kafkaProblems(env.KAFKA_BROKERS),
    databaseProblems(env.DATABASE_URL),
    patientPortProblems(portsNeeded(env)),
  ]);
  return [...diskProblems(), ...checks.flat()];
}

/** The same for the tests, which take free ports. */
export async function testPreflight(env = process.env) {
  const early = writeProblems();
  if (early.length > 0) return early;
  return [...diskProblems(), ...(await kafkaProblems(env.TEST_KAFKA_BROKERS))];
}
