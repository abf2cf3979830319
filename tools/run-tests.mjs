// Every tier of tests, one after the other, on one database and one broker of their own; closes with `N passed, N failed`.
// `npm test -- unit int` runs only those tiers.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMain, toolEnv } from '../deploy/local/bootstrap.mjs';
import { build } from '../deploy/local/build.mjs';
import { ensureKafkaJars, findKafkaRuntime } from '../deploy/local/kafka.mjs';
import { ROOT } from '../deploy/local/paths.mjs';
import { stopEverything } from '../deploy/local/processes.mjs';
import { say, step } from '../deploy/local/progress.mjs';
import { startTestStack } from '../libs/testkit/jest/stack.mjs';

const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', join(ROOT, 'node_modules/jest/bin/jest.js')];
const TIERS = /** @type {const} */ (['check', 'unit', 'int', 'e2e', 'invariants']);
/** These start whole products, or kill parts of them: one file at a time. */
const ALONE = ['e2e', 'invariants'];
/** Only against hanging for ever: on an idle machine the longest tier takes a fraction of it. */
const TIER_TIMEOUT_MS = 20 * 60_000;
/** For a test and its hooks, unless it says otherwise: a real database and a real broker on a busy machine are not done in Jest's 5 s. */
const TEST_TIMEOUT_MS = 60_000;

/** @typedef {{tier: string, passed: number, failed: number, skipped: number, ms: number}} Outcome */

const scratch = mkdtempSync(join(tmpdir(), 'rapport-npm-test-'));

/** @type {import('../libs/testkit/jest/stack.mjs').TestStack | undefined} */
let stack;

/** Runs a program in the foreground, its output is ours. @returns {Promise<boolean>} whether it succeeded */
function foreground(/** @type {string[]} */ args, /** @type {NodeJS.ProcessEnv} */ env) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: 'inherit', timeout: TIER_TIMEOUT_MS, killSignal: 'SIGKILL' });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}

/** What Jest counted. A file that could not be run at all counts as one failed test: it has no tests to count. */
function readReport(/** @type {string} */ file, /** @type {boolean} */ succeeded) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
    return {
      passed: report.numPassedTests,
      failed: failed === 0 && !succeeded ? 1 : failed,
      skipped: report.numPendingTests + report.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** @returns {Promise<Outcome>} */
async function runTier(/** @type {string} */ tier, /** @type {NodeJS.ProcessEnv} */ env) {
  say(`\n── ${tier} ${'─'.repeat(70 - tier.length)}`);
  const from = Date.now();
  if (tier === 'check') {
    const succeeded = await foreground([join(ROOT, 'tools/check.mjs')], env);
    return { tier, passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: 0, ms: Date.now() - from };
  }
  const report = join(scratch, `${tier}.json`);
  const workers = ALONE.includes(tier) ? ['--runInBand'] : [];
  const succeeded = await foreground(
    [
      ...JEST,
      '--selectProjects',
      tier,
      '--passWithNoTests',
      `--testTimeout=${TEST_TIMEOUT_MS}`,
      '--json',
      `--outputFile=${report}`,
      ...workers,
    ],
    env,
  );
  return { tier, ...readReport(report, succeeded), ms: Date.now() - from };
}

/** Without what would lead to the running product's ports and data. */
function testEnv() {
  const { KAFKA_BROKERS: _brokers, DATABASE_URL: _database, ...env } = /** @type {NodeJS.ProcessEnv} */ (toolEnv());
  return env;
}

/** @returns {Promise<NodeJS.ProcessEnv>} the environment of the tiers */
async function prepare(/** @type {readonly string[]} */ tiers) {
  if (tiers.some((tier) => ALONE.includes(tier))) await step('building', build);
  if (!tiers.some((tier) => tier === 'int' || ALONE.includes(tier))) return testEnv();
  const runtime = process.env.TEST_KAFKA_BROKERS ? undefined : await findKafkaRuntime();
  if (runtime?.mode === 'java') await step('looking for Kafka', () => ensureKafkaJars((text) => say(`  … ${text}`)));
  stack = await step('starting the tests’ database and broker', startTestStack);
  return { ...testEnv(), TEST_DATABASE_URL: stack.databaseUrl, TEST_KAFKA_BROKERS: stack.brokers };
}

/** Prints the table and the closing line. @returns whether all is well */
function summarise(/** @type {Outcome[]} */ outcomes, /** @type {number} */ ms) {
  const sum = (/** @type {'passed' | 'failed'} */ key) => outcomes.reduce((total, outcome) => total + outcome[key], 0);
  say('');
  for (const { tier, passed, failed, skipped, ms: tierMs } of outcomes) {
    say(
      `  ${tier.padEnd(10)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${skipped > 0 ? `${skipped} skipped ` : ''}${(tierMs / 1000).toFixed(1).padStart(7)} s`,
    );
  }
  say(`  in ${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s\n`);
  say(`${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed') === 0;
}

async function cleanUp() {
  await stack?.stop();
  await stopEverything();
  rmSync(scratch, { recursive: true, force: true });
}

await runMain(async () => {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect']))
    process.once(signal, () => cleanUp().then(() => process.exit(130)));
  const from = Date.now();
  const asked = process.argv.slice(2);
  const unknown = asked.find((tier) => !(/** @type {readonly string[]} */ (TIERS).includes(tier)));
  if (unknown) throw new Error(`There is no tier ${unknown}: the tiers are ${TIERS.join(', ')}.`);
  const tiers = TIERS.filter((tier) => asked.length === 0 || asked.includes(tier));
  /** @type {Outcome[]} */
  const outcomes = [];
  try {
    const env = await prepare(tiers);
    for (const tier of tiers) outcomes.push(await runTier(tier, env));
  } catch (error) {
    say(`\n${/** @type {Error} */ (error).message}`);
    outcomes.push({ tier: 'prepare', passed: 0, failed: 1, skipped: 0, ms: Date.now() - from });
  }
  await cleanUp();
  process.exit(summarise(outcomes, Date.now() - from) ? 0 : 1);
});
