import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { freePort } from './ports.mjs';

const PORTS_MODULE = new URL('./ports.mjs', import.meta.url).href;
const EACH = 200;

/** Another process that takes ports, prints them and keeps them until its stdin ends. */
const taker = (): ChildProcess =>
  spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { freePort } from '${PORTS_MODULE}';
       const ports = await Promise.all(Array.from({ length: ${EACH} }, freePort));
       process.stdin.resume().once('end', () => process.exit());
       process.stdout.end(JSON.stringify(ports));`,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );

describe('a free port', () => {
  it('goes to one who asks, of all processes that ask at once', async () => {
    const others = [taker(), taker()];
    try {
      const own = Promise.all(Array.from({ length: EACH }, freePort));
      const theirs = await Promise.all(others.map(async ({ stdout }) => JSON.parse(await text(stdout!)) as number[]));
      expect(new Set([...(await own), ...theirs.flat()]).size).toBe(3 * EACH);
    } finally {
      for (const other of others) other.stdin?.end();
      await Promise.all(others.map((other) => other.exitCode ?? once(other, 'exit')));
    }
  }, 60_000);

  it('can be listened on', async () => {
    const server = createServer().listen(await freePort(), '127.0.0.1');
    await once(server, 'listening');
    server.close();
  });
});
