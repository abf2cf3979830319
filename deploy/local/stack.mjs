// The whole product as a library: a broker, a database, a mailbox and the services as processes of this one, on ports and in a folder of the
// caller's choice. `npm start`, the end-to-end tests, the fault tests and the benchmark all stand on it.
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startKafka } from './kafka.mjs';
import { startMailbox } from './mailbox.mjs';
import { freePort, portsFromEnv } from './ports.mjs';
import { postgresDir, startPostgres } from './postgres.mjs';
import { ManagedProcess } from './processes.mjs';
import { prepareStack, SERVICES, serviceEnv, startService } from './services.mjs';
import { supervise } from './supervisor.mjs';

export { startKafka } from './kafka.mjs';
export { startMailbox } from './mailbox.mjs';
export { startPostgres } from './postgres.mjs';
export { freePort } from './ports.mjs';
export { ManagedProcess } from './processes.mjs';
export { SERVICES, serviceEnv, startService } from './services.mjs';

/** @typedef {import('./services.mjs').ServiceName} ServiceName */

/**
 * @typedef {object} RapportOptions
 * @property {string} dir data, logs and keys; a second start with the same folder goes on with its data
 * @property {readonly ServiceName[]} [services] all five when absent
 * @property {boolean} [mailbox] true when absent
 * @property {boolean} [freePorts] free ports (the default) or those of `npm start`
 * @property {Partial<Record<ServiceName, number>>} [replicas] processes per service, 1 when absent
 * @property {boolean} [durable] false: PostgreSQL without fsync
 * @property {readonly string[]} [postgresSettings] further settings of PostgreSQL, `name=value`
 * @property {boolean} [supervised] true: whatever ends unasked is started again
 * @property {number} [partitions] of every topic, 2 when absent: few, for a small machine
 * @property {string} [brokers] a broker that runs already
 * @property {string} [adminUrl] a database that runs already, as a role that may create roles and schemas
 * @property {Record<string, string>} [env] for all services
 * @property {Partial<Record<ServiceName, Record<string, string>>>} [serviceEnvs] for one of them
 * @property {string[]} [nodeArgs] for all services, e.g. `--cpu-prof`
 * @property {Promise<unknown>} [built] what has to be done before code is run; broker and database start meanwhile
 * @property {(text: string) => void} [say]
 * @property {<T>(title: string, work: () => Promise<T>) => Promise<T>} [step]
 */

/** Keys and secrets of one stack: made once, kept with its data. One that a former version did not know is added. */
function secretsOf(/** @type {string} */ dir) {
  const file = join(dir, 'keys.json');
  const kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const secret = (/** @type {string} */ prefix) => `${prefix}${randomBytes(24).toString('base64url')}`;
  const fresh = {
    writeKey: secret('wk_'),
    serverKey: secret('sk_'),
    internalToken: secret(''),
    linkSecret: secret(''),
    connectionKey: randomBytes(32).toString('base64'),
  };
  const secrets = { ...fresh, ...kept };
  if (Object.keys(fresh).some((name) => !(name in kept))) writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  return /** @type {import('./services.mjs').StackFacts['secrets']} */ (secrets);
}

/** One running product. Made by {@link startRapport}. */
export class Rapport {
  /** @type {(ManagedProcess & {brokers: string}) | undefined} absent when it is somebody else's */
  kafka;
  /** @type {(ManagedProcess & {url: string}) | undefined} absent when it is somebody else's */
  postgres;
  /** @type {(ManagedProcess & {url: string, smtpUrl: string}) | undefined} */
  mailbox;
  /** @type {Record<string, (ManagedProcess & {url: string})[]>} the processes of each service */
  services = {};
  brokers = '';
  adminUrl = '';
  /** @type {import('./services.mjs').StackFacts} */
  facts;
  /** @type {{stop: () => void}[]} */
  #supervisors = [];
  #options;
  #step;

  /** @param {RapportOptions} options */
  constructor(options) {
    this.#options = options;
    this.#step = options.step ?? ((/** @type {string} */ _, /** @type {() => Promise<any>} */ work) => work());
    mkdirSync(join(options.dir, 'logs'), { recursive: true });
    // A temporary folder is closed to everybody else, also to the user who runs PostgreSQL when we are root; the keys in it stay closed.
    chmodSync(options.dir, 0o711);
    this.facts = {
      brokers: '',
      databaseUrls: {},
      urls: {},
      secrets: secretsOf(options.dir),
      partitions: options.partitions ?? 2,
      importDirectory: join(options.dir, 'imports'),
    };
  }

  get names() {
    return SERVICES.filter((name) => (this.#options.services ?? SERVICES).includes(name));
  }

  /** Where the public API is. */
  get gatewayUrl() {
    return this.facts.urls.gateway ?? '';
  }

  get writeKey() {
    return this.facts.secrets.writeKey;
  }

  get serverKey() {
    return this.facts.secrets.serverKey;
  }

  /** The DATABASE_URL of each service. */
  get databaseUrls() {
    return this.facts.databaseUrls;
  }

  #log(/** @type {string} */ name) {
    return join(this.#options.dir, 'logs', `${name}.log`);
  }

  /** @template {ManagedProcess} P @param {P} managed */
  #watch(managed) {
    if (this.#options.supervised) this.#supervisors.push(supervise(managed, this.#options.say ?? (() => {})));
    return managed;
  }

  async #startBroker(/** @type {import('./ports.mjs').Ports | undefined} */ ports) {
    const { dir, brokers } = this.#options;
    if (!brokers) {
      const options = { dir: join(dir, 'kafka'), port: ports?.kafka, controllerPort: ports?.kafkaController, logFile: this.#log('kafka') };
      this.kafka = this.#watch(await this.#step('starting Kafka', () => startKafka(options)));
    }
    this.brokers = this.facts.brokers = brokers ?? this.kafka?.brokers ?? '';
  }

  async #startDatabase(/** @type {import('./ports.mjs').Ports | undefined} */ ports) {
    const { dir, adminUrl, durable = true, postgresSettings: settings } = this.#options;
    if (!adminUrl) {
      const options = { dir: postgresDir(join(dir, 'postgres')), port: ports?.postgres, durable, settings, database: 'rapport' };
      this.postgres = this.#watch(await this.#step('starting PostgreSQL', () => startPostgres(options)));
    }
    this.adminUrl = adminUrl ?? this.postgres?.url ?? '';
  }

  async #startMailbox(/** @type {import('./ports.mjs').Ports | undefined} */ ports) {
    if (this.#options.mailbox === false) return;
    const options = {
      dir: join(this.#options.dir, 'mailbox'),
      smtpPort: ports?.smtp,
      webPort: ports?.mailbox,
      logFile: this.#log('mailbox'),
    };
    this.mailbox = this.#watch(await startMailbox(options));
    this.facts.smtpUrl = this.mailbox.smtpUrl;
  }

  /** Schemas, roles, topics and tables. */
  async #prepare() {
    this.facts.databaseUrls = await prepareStack({
      adminUrl: this.adminUrl,
      names: this.names,
      envOf: (name) => this.#envOf(name, 0),
      facts: this.facts,
    });
  }

  #envOf(/** @type {ServiceName} */ name, /** @type {number} */ port) {
    return { ...serviceEnv(name, port, this.facts), ...this.#options.env, ...this.#options.serviceEnvs?.[name] };
  }

  /** Starts one more process of a service; the first takes the service's address, further ones a free port. */
  async addReplica(/** @type {ServiceName} */ name) {
    const all = (this.services[name] ??= []);
    const port = all.length === 0 ? Number(new URL(/** @type {string} */ (this.facts.urls[name])).port) : await freePort();
    const label = all.length === 0 ? name : `${name}-${all.length + 1}`;
    const service = await startService(name, this.#envOf(name, port), {
      logFile: this.#log(label),
      label,
      nodeArgs: this.#options.nodeArgs,
    });
    all.push(this.#watch(service));
    return service;
  }

  async #startServices() {
    const { replicas = {} } = this.#options;
    await Promise.all(
      this.names.map(async (name) => {
        await this.addReplica(name);
        for (let more = (replicas[name] ?? 1) - 1; more > 0; more--) await this.addReplica(name);
      }),
    );
  }

  /** Everything, in the order that the pieces need each other. On failure what has started is stopped again. */
  async start() {
    const ports = this.#options.freePorts === false ? portsFromEnv() : undefined;
    try {
      for (const name of SERVICES) this.facts.urls[name] = `http://127.0.0.1:${ports?.[name] ?? (await freePort())}`;
      await settleAll([this.#startBroker(ports), this.#startDatabase(ports), this.#startMailbox(ports), this.#options.built]);
      await this.#step('preparing topics and tables', () => this.#prepare());
      await this.#step(`starting ${this.names.length} services`, () => this.#startServices());
      return this;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Stops in order: gateway, services, mailbox, Kafka, PostgreSQL. Data stays. */
  async stop() {
    for (const supervisor of this.#supervisors) supervisor.stop();
    const { gateway = [], ...others } = this.services;
    await Promise.all(gateway.map((process) => process.stop()));
    await Promise.all(
      Object.values(others)
        .flat()
        .map((process) => process.stop()),
    );
    await this.mailbox?.stop();
    await this.kafka?.stop();
    await this.postgres?.stop();
  }
}

/** Waits for all of them to end before the first failure is thrown: nothing may still be starting when the caller cleans up. */
async function settleAll(/** @type {(Promise<unknown> | undefined)[]} */ work) {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/**
 * Starts the product and waits until every service is ready.
 * @param {RapportOptions} options
 */
export function startRapport(options) {
  return new Rapport(options).start();
}
