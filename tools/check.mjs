// npm run check: everything that can be judged without running the product. One line per check, then what failed, in full.
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { dependencies } from './check/dependencies.mjs';
import { domainPurity } from './check/domain-purity.mjs';
import { fileSizes } from './check/file-sizes.mjs';
import { documents, format, lint, lockFile, rooms, types } from './check/programs.mjs';
import { projects } from './check/projects.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const color = process.stdout.isTTY ? (code, text) => `\u001b[${code}m${text}\u001b[0m` : (_, text) => text;

/** Each answers `{failures: string[], warnings?: string[], note?: string}`. What needs the build comes after `types`. */
const CHECKS = [
  ['format', format],
  ['lint', lint],
  ['rooms (who imports whom)', rooms],
  ['pure domains', domainPurity],
  ['projects and tags', projects],
  ['dependencies', dependencies],
  ['lock file', lockFile],
  ['file sizes', fileSizes],
  ['types', types],
  ['generated documents', documents, 'types'],
];

async function run([name, check]) {
  const startedAt = performance.now();
  let result;
  try {
    result = await check(ROOT);
  } catch (error) {
    result = { failures: [error instanceof Error ? error.message : String(error)] };
  }
  const { failures, warnings = [], note } = result;
  const mark = failures.length > 0 ? color(31, 'failed') : warnings.length > 0 ? color(33, 'look  ') : color(32, 'ok    ');
  const words = failures.length > 0 ? `${failures.length} found` : (note ?? '');
  console.log(`${mark} ${name.padEnd(26)} ${`${((performance.now() - startedAt) / 1000).toFixed(1)} s`.padStart(7)}  ${words}`);
  return { name, failures, warnings };
}

/** As many at a time as there are processors; a check with a `needs` starts when that one is done. */
async function runAll() {
  const results = new Map();
  const waiting = [...CHECKS];
  const worker = async () => {
    while (waiting.length > 0) {
      const [check] = waiting.splice(0, 1);
      if (check[2] !== undefined) await results.get(check[2]);
      const done = run(check);
      results.set(check[0], done);
      await done;
    }
  };
  await Promise.all(Array.from({ length: Math.max(2, Math.min(cpus().length, 4)) }, worker));
  return Promise.all(results.values());
}

const results = await runAll();
for (const { name, warnings } of results) for (const warning of warnings) console.log(color(33, `look    ${name}: ${warning}`));
const failed = results.filter(({ failures }) => failures.length > 0);
for (const { name, failures } of failed)
  console.log(`\n${color(31, name)}\n${failures.map((failure) => `  ${failure.replaceAll('\n', '\n  ')}`).join('\n')}`);
console.log(`\n${results.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length > 0 ? 1 : 0;
