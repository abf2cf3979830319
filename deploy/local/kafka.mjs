// A real Apache Kafka broker without Docker: its jars come from Maven Central (kafka/pom.xml), java runs them. Where Java or Maven is missing and
// a Docker engine answers, the same version and the same configuration run in the official image.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { STATE_DIR } from './paths.mjs';
import { freePort } from './ports.mjs';
import { ManagedProcess, run } from './processes.mjs';

const HERE = fileURLToPath(new URL('./kafka/', import.meta.url));
const CLUSTER_ID = 'MkU3OEVBNTcwNTJENDM2Qg';
const MIN_JAVA = 17;

/** Data written by one version may not open with an older one, so folders carry the version in their name. */
export const KAFKA_VERSION = /** @type {RegExpExecArray} */ (
  /<kafka>([\d.]+)<\/kafka>/.exec(readFileSync(join(HERE, 'pom.xml'), 'utf8'))
)[1];
export const KAFKA_IMAGE = `apache/kafka:${KAFKA_VERSION}`;
const DATA = `data-${KAFKA_VERSION}`;
const JARS_DIR = join(STATE_DIR, `kafka-${KAFKA_VERSION}`);

/** The major version of the `java` in the path; undefined when there is none. */
async function javaVersion() {
  const { code, output } = await run('java', ['-version']);
  const major = /version "(?:1\.)?(\d+)/.exec(output)?.[1];
  return code === 0 && major ? Number(major) : undefined;
}

const answers = async (/** @type {string} */ command, /** @type {string[]} */ args) => (await run(command, args)).code === 0;
const hasJars = () => existsSync(join(JARS_DIR, 'complete'));

/**
 * How a broker can be run on this machine.
 * @returns {Promise<{mode: 'java', java: number} | {mode: 'docker'} | {mode: 'none', problem: string}>}
 */
export async function findKafkaRuntime() {
  const java = await javaVersion();
  const maven = hasJars() || (await answers('mvn', ['--version']));
  if (java && java >= MIN_JAVA && maven) return { mode: 'java', java };
  if (await answers('docker', ['info'])) return { mode: 'docker' };
  const found = !java ? 'Java is not installed' : java < MIN_JAVA ? `Java ${java} is too old` : 'Maven is not installed';
  return {
    mode: 'none',
    problem: `Kafka cannot run: ${found}. Install Java ${MIN_JAVA} or later and Maven (Debian and Ubuntu: apt-get install openjdk-17-jre-headless maven), or start Docker, or set KAFKA_BROKERS to a broker of yours.`,
  };
}

/**
 * The folder with the broker's jars; downloads them (43 MB) when they are not there yet.
 * @param {(message: string) => void} [say]
 */
export async function ensureKafkaJars(say = () => {}) {
  if (hasJars()) return JARS_DIR;
  say(`getting Apache Kafka ${KAFKA_VERSION} (43 MB, once)`);
  const partial = `${JARS_DIR}.${process.pid}.partial`;
  mkdirSync(partial, { recursive: true });
  const { code, output } = await run('mvn', [
    '-q',
    '-B',
    '-f',
    join(HERE, 'pom.xml'),
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    `-DoutputDirectory=${partial}`,
  ]);
  if (code !== 0) {
    rmSync(partial, { recursive: true, force: true });
    throw new Error(
      `Maven could not get Kafka's jars; check the network, or Maven's proxy and mirror settings, and try again. Maven said:\n${output.slice(-2_000)}`,
    );
  }
  writeFileSync(join(partial, 'complete'), '');
  try {
    renameSync(partial, JARS_DIR);
  } catch {
    // Another process was faster. Anything else in the way is broken, and ours is not.
    if (!hasJars()) {
      rmSync(JARS_DIR, { recursive: true, force: true });
      renameSync(partial, JARS_DIR);
    } else rmSync(partial, { recursive: true, force: true });
  }
  return JARS_DIR;
}

/** An archive of loaded classes halves the broker's start; it is only good for the very Java that made it. */
const archiveOf = (/** @type {string} */ jars, /** @type {number} */ java) => join(jars, `broker-java${java}.jsa`);

/** @param {{jars: string, dataDir: string, flags: string[]}} options */
function javaArgs({ jars, dataDir, flags }) {
  // A fixed order: the archive is only used with the very same class path.
  const classPath = readdirSync(jars)
    .filter((file) => file.endsWith('.jar'))
    .sort()
    .map((file) => join(jars, file))
    .join(':');
  return [
    '-Xms256m',
    '-Xmx512m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-XX:ActiveProcessorCount=2',
    '-Djava.awt.headless=true',
    ...flags,
    `-Dkafka.logs.dir=${dataDir}/logs`,
    `-Dlog4j2.configurationFile=${join(HERE, 'log4j2.properties')}`,
    '-cp',
    classPath,
  ];
}

/** @param {{file: string, dataDir: string, port: number, controllerPort: number, bindHost: string}} options */
function writeProperties({ file, dataDir, port, controllerPort, bindHost }) {
  const template = readFileSync(join(HERE, 'server.properties.template'), 'utf8');
  /** @type {Record<string, string | number>} */
  const values = { BIND_HOST: bindHost, BROKER_PORT: port, CONTROLLER_PORT: controllerPort, DATA_DIR: dataDir };
  writeFileSync(
    file,
    template.replace(/@([A-Z_]+)@/g, (_, name) => String(values[name])),
  );
}

/**
 * The shell line that becomes a broker inside the official image; `/kafka` holds server.properties and the data.
 * Formats the storage when it is new.
 */
export const KAFKA_IMAGE_COMMAND = `[ -f /kafka/${DATA}/meta.properties ] || /opt/kafka/bin/kafka-storage.sh format --standalone --cluster-id=${CLUSTER_ID} --config /kafka/server.properties; exec /opt/kafka/bin/kafka-server-start.sh /kafka/server.properties`;

/** Writes into `dir` what {@link KAFKA_IMAGE_COMMAND} expects to find in `/kafka`. */
export function prepareKafkaImage(/** @type {string} */ dir, /** @type {number} */ port, /** @type {number} */ controllerPort) {
  mkdirSync(join(dir, DATA), { recursive: true });
  writeProperties({ file: join(dir, 'server.properties'), dataDir: `/kafka/${DATA}`, port, controllerPort, bindHost: '0.0.0.0' });
}

/** A broker in a container: the signals go to the `docker run` in front of it, which passes them on; SIGKILL it cannot pass on. */
class ContainerProcess extends ManagedProcess {
  /** @override */
  async kill(/** @type {NodeJS.Signals} */ signal = 'SIGKILL') {
    if (signal === 'SIGKILL' && this.running) await run('docker', ['kill', this.container]);
    return super.kill(signal);
  }

  get container() {
    return `rapport-kafka-${this.spec.env?.RAPPORT_KAFKA_PORT}`;
  }
}

/** @param {{dir: string, port: number, controllerPort: number, logFile: string}} options */
function dockerBroker({ dir, port, controllerPort, logFile }) {
  prepareKafkaImage(dir, port, controllerPort);
  const user = process.getuid ? ['--user', `${process.getuid()}:${process.getgid?.()}`] : [];
  return new ContainerProcess({
    name: 'Kafka',
    logFile,
    command: 'docker',
    env: { ...process.env, RAPPORT_KAFKA_PORT: String(port) },
    readyTimeoutMs: 300_000,
    args: [
      'run',
      '--rm',
      '--name',
      `rapport-kafka-${port}`,
      ...user,
      '-p',
      `127.0.0.1:${port}:${port}`,
      '-v',
      `${dir}:/kafka`,
      '-e',
      'LOG_DIR=/tmp/kafka-logs',
      '--entrypoint',
      '/bin/bash',
      KAFKA_IMAGE,
      '-c',
      KAFKA_IMAGE_COMMAND,
    ],
    isReady: async (broker) => broker.log().includes('Kafka Server started'),
  });
}

/** @param {{dir: string, port: number, controllerPort: number, logFile: string, java: number}} options */
async function javaBroker({ dir, port, controllerPort, logFile, java }) {
  const jars = await ensureKafkaJars();
  const dataDir = join(dir, DATA);
  const properties = join(dir, 'server.properties');
  mkdirSync(dataDir, { recursive: true });
  writeProperties({ file: properties, dataDir, port, controllerPort, bindHost: '127.0.0.1' });
  const base = javaArgs({
    jars,
    dataDir,
    flags: existsSync(archiveOf(jars, java)) ? [`-XX:SharedArchiveFile=${archiveOf(jars, java)}`, '-Xshare:auto'] : [],
  });
  if (!existsSync(join(dataDir, 'meta.properties'))) {
    const { code, output } = await run('java', [
      ...base,
      'kafka.tools.StorageTool',
      'format',
      '--standalone',
      `--cluster-id=${CLUSTER_ID}`,
      '--config',
      properties,
    ]);
    if (code !== 0) throw new Error(`Kafka's storage could not be made in ${dataDir}:\n${output.slice(-2_000)}`);
  }
  return new ManagedProcess({
    name: 'Kafka',
    logFile,
    command: 'java',
    args: [...base, 'kafka.Kafka', properties],
    isReady: async (broker) => broker.log(20_000).includes('Kafka Server started'),
  });
}

/**
 * Starts a broker and waits until it serves.
 * @param {object} options
 * @param {string} options.dir its configuration and data; made when missing
 * @param {number} [options.port] a free one when absent
 * @param {number} [options.controllerPort]
 * @param {string} [options.logFile]
 * @returns {Promise<ManagedProcess & {brokers: string}>} `brokers` is `host:port`
 */
export async function startKafka({ dir, port, controllerPort, logFile = join(dir, 'kafka.log') }) {
  const runtime = await findKafkaRuntime();
  if (runtime.mode === 'none') throw new Error(runtime.problem);
  const ports = { port: port ?? (await freePort()), controllerPort: controllerPort ?? (await freePort()) };
  const broker =
    runtime.mode === 'java' ? await javaBroker({ dir, ...ports, logFile, java: runtime.java }) : dockerBroker({ dir, ...ports, logFile });
  await broker.start();
  return Object.assign(broker, { brokers: `127.0.0.1:${ports.port}` });
}

/**
 * Makes the archive of loaded classes, if it is not there: one throw-away broker that writes it when it ends. Takes some 6 s of one core, so it is
 * done in the background once the stack is up.
 * @param {string} dir scratch
 */
export async function makeKafkaArchive(dir) {
  const java = await javaVersion();
  if (!java || !hasJars() || existsSync(archiveOf(JARS_DIR, java))) return;
  const archive = archiveOf(JARS_DIR, java);
  rmSync(dir, { recursive: true, force: true });
  const broker = await javaBroker({ dir, port: await freePort(), controllerPort: await freePort(), logFile: join(dir, 'kafka.log'), java });
  broker.spec.args.unshift(`-XX:ArchiveClassesAtExit=${archive}.partial`);
  await broker.start();
  await broker.stop();
  if (existsSync(`${archive}.partial`)) renameSync(`${archive}.partial`, archive);
  rmSync(dir, { recursive: true, force: true });
}
