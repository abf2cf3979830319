import { join } from 'node:path';
import { toolEnv } from './bootstrap.mjs';
import { ROOT } from './paths.mjs';
import { run } from './processes.mjs';

/**
 * Builds what has changed: one compiler over all projects, so that no two write the same output, and less than a second when nothing has changed.
 * @throws {Error} with the compiler's messages
 */
export async function build() {
  const { code, output } = await run(process.execPath, [join(ROOT, 'node_modules/typescript-7/bin/tsc'), '-b'], {
    cwd: ROOT,
    env: toolEnv(),
  });
  if (code !== 0) throw new Error(`The build failed:\n${output.slice(-6_000)}`);
}
