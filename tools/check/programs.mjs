// Checks that other programs do: Biome, the compiler, dependency-cruiser, the generators.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lines, runProgram } from './run-program.mjs';

const NAMES_MAX = 12;
const BIOME = 'node_modules/@biomejs/biome/bin/biome';

export async function format(root) {
  const { code, output } = await runProgram(root, BIOME, ['format', '--reporter=github', '--max-diagnostics=none', '.']);
  if (code === 0) return { failures: [] };
  const files = [...new Set([...output.matchAll(/title=format,file=([^,]+)/g)].map(([, file]) => file.replace(root, '')))];
  const more = files.length > NAMES_MAX ? ` and ${files.length - NAMES_MAX} more` : '';
  return { failures: [files.length > 0 ? `not formatted (npm run format): ${files.slice(0, NAMES_MAX).join(', ')}${more}` : output] };
}

export async function lint(root) {
  const { code, output } = await runProgram(root, BIOME, [
    'lint',
    '--reporter=github',
    '--max-diagnostics=none',
    '--diagnostic-level=error',
    '.',
  ]);
  const found = [...output.matchAll(/::error title=([^,]+),file=([^,]+),line=(\d+)[^:]*::(.*)/g)].map(
    ([, rule, file, line, text]) => `${file.replace(root, '')}:${line} ${text} (${rule})`,
  );
  return { failures: code === 0 ? [] : found.length > 0 ? found : [output] };
}

export async function rooms(root) {
  const { code, output } = await runProgram(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', [
    '--config',
    '.dependency-cruiser.mjs',
    '--output-type',
    'err',
    'libs',
    'services',
  ]);
  const cruised = /(\d+) modules, (\d+) dependencies/.exec(output);
  return {
    failures: code === 0 ? [] : lines(output).map((line) => line.replace(/^\s*error /, '')),
    note: cruised ? `${cruised[1]} files, ${cruised[2]} imports` : '',
  };
}

/** The projects, and then what stands on them and is not one: tests of the whole product, benchmarks, the local stack. */
export async function types(root) {
  for (const args of [['-b'], ['-p', 'tsconfig.scripts.json']]) {
    const { code, output } = await runProgram(root, 'node_modules/typescript-7/bin/tsc', args);
    if (code !== 0) return { failures: lines(output) };
  }
  return { failures: [] };
}

export async function documents(root) {
  const { code, output } = await runProgram(root, 'tools/docs.mjs', ['--check']);
  return { failures: code === 0 ? [] : [/Error: ([\s\S]*?)\n\s+at /.exec(output)?.[1] ?? output], note: 'valid and up to date' };
}

/** `npm ci` refuses a lock that does not fit; asked without the network. */
export async function lockFile(root) {
  const said = await new Promise((resolve) => {
    execFile(
      'npm',
      ['ci', '--dry-run', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'],
      { cwd: root, timeout: 60_000, maxBuffer: 16 * 1024 * 1024 },
      (error, _stdout, stderr) => resolve(error ? stderr : ''),
    );
  });
  const missing = lines(said)
    .filter((line) => /Missing|Invalid/.test(line))
    .map((line) => line.replace(/^npm (error|ERR!) /, ''));
  if (missing.length > 0) return { failures: [`package-lock.json does not fit package.json: ${missing.join('; ')}`] };
  const { lockfileVersion, packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
  return {
    failures: lockfileVersion === 3 ? [] : [`lockfileVersion is ${lockfileVersion}`],
    note: `${Object.keys(packages).length} packages`,
  };
}
