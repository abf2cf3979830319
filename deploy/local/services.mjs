// The five services as processes. What each is told comes from here and from nowhere else.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from './paths.mjs';
import { ManagedProcess, run } from './processes.mjs';

/** In the order of the walk; they start in this order and stop in the reverse. */
export const SERVICES = /** @type {const} */ (['interactions', 'profiles', 'segmentation', 'notifications', 'gateway']);
/** @typedef {(typeof SERVICES)[number]} ServiceName */

/**
 * The objects of a batch live as long as its transaction. With V8's usual 16 MB for the young they are copied to the old while still needed, and all
 * the old is searched for them later: a third of a consumer's work.
 */
const NODE_ARGS = ['--enable-source-maps', '--max-semi-space-size=32'];

const HERE = fileURLToPath(new URL('.', import.meta.url));
const distOf = (/** @type {string} */ name, /** @type {string} */ file) => join(ROOT, 'services', name, 'dist', file);

/**
 * What all services of one stack share.
 * @typedef {object} StackFacts
 * @property {string} brokers
 * @property {Record<string, string>} databaseUrls by service
 * @property {Record<string, string>} urls by service: where the gateway finds them
 * @property {string} [smtpUrl]
 * @property {{writeKey: string, serverKey: string, internalToken: string, linkSecret: string, connectionKey: string}} secrets
 * @property {number} partitions
 * @property {string} [importDirectory] where the gateway keeps files while they are imported
 */

/**
 * The environment of one service process.
 * @param {ServiceName} name
 * @param {number} port
 * @param {StackFacts} facts
 */
export function serviceEnv(name, port, { brokers, databaseUrls, urls, smtpUrl, secrets, partitions, importDirectory }) {
  const common = {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(port),
    DATABASE_URL: databaseUrls[name],
    KAFKA_BROKERS: brokers,
    INTERNAL_TOKEN: secrets.internalToken,
    TOPIC_PARTITIONS: String(partitions),
  };
  const upstreams = {
    INTERACTIONS_URL: urls.interactions,
    PROFILES_URL: urls.profiles,
    SEGMENTATION_URL: urls.segmentation,
    NOTIFICATIONS_URL: urls.notifications,
    LINK_SECRET: secrets.linkSecret,
    CONNECTION_KEY: secrets.connectionKey,
    BOOTSTRAP_WRITE_KEY: secrets.writeKey,
    BOOTSTRAP_SERVER_KEY: secrets.serverKey,
    ...(importDirectory === undefined ? {} : { IMPORT_DIRECTORY: importDirectory }),
  };
  const outward = {
    SMTP_URL: smtpUrl,
    MAIL_FROM: 'Rapport <hello@rapport.example>',
    PUBLIC_URL: urls.gateway,
    LINK_SECRET: secrets.linkSecret,
  };
  const history = { INTERACTIONS_URL: urls.interactions };
  /** @type {Partial<Record<ServiceName, Record<string, string | undefined>>>} */
  const extra = { gateway: upstreams, notifications: outward, profiles: history };
  return { ...common, ...extra[name] };
}

/** Only what a program needs from ours: a service must not work by an accident of somebody's shell. */
function inheritedEnv() {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'LOG_LEVEL', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'NODE_OPTIONS', 'NODE_COMPILE_CACHE'];
  return Object.fromEntries(names.filter((name) => process.env[name] !== undefined).map((name) => [name, process.env[name]]));
}

/**
 * Starts one process of a service and waits until `/health/ready` says yes.
 * @param {ServiceName} name
 * @param {Record<string, string | undefined>} env as {@link serviceEnv} makes it
 * @param {{logFile: string, label?: string, nodeArgs?: string[]}} options
 * @returns {Promise<ManagedProcess & {url: string}>}
 */
export async function startService(name, env, { logFile, label = name, nodeArgs = [] }) {
  const url = `http://127.0.0.1:${env.PORT}`;
  const service = new ManagedProcess({
    name: label,
    logFile,
    command: process.execPath,
    cwd: ROOT,
    env: { ...inheritedEnv(), ...env },
    args: [...NODE_ARGS, ...nodeArgs, distOf(name, 'main.js')],
    isReady: async () => (await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) })).ok,
  });
  await service.start();
  return Object.assign(service, { url });
}

/**
 * Makes what the services stand on, with prepare.mjs.
 * @param {{adminUrl: string, names: readonly ServiceName[], envOf: (name: ServiceName) => Record<string, string | undefined>, facts: StackFacts}} options
 * @returns {Promise<Record<string, string>>} the DATABASE_URL of each service
 * @throws {Error} with what was printed
 */
export async function prepareStack({ adminUrl, names, envOf, facts: { brokers, partitions } }) {
  const services = names.map((name) => ({ name, migrate: distOf(name, 'migrate.js'), env: envOf(name) }));
  const args = ['--enable-source-maps', join(HERE, 'prepare.mjs')];
  const { code, output } = await run(
    process.execPath,
    args,
    { cwd: ROOT, env: inheritedEnv() },
    JSON.stringify({ adminUrl, brokers: brokers.split(','), partitions, services }),
  );
  if (code !== 0) throw new Error(`Topics and tables could not be made:\n${output.slice(-4_000)}`);
  const answer = output.split('\n').find((line) => line.startsWith('DATABASE_URLS '));
  if (!answer) throw new Error(`Topics and tables could not be made:\n${output.slice(-4_000)}`);
  return JSON.parse(answer.slice('DATABASE_URLS '.length));
}
