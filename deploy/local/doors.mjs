import { join } from 'node:path';
import { STATE_DIR } from './paths.mjs';
import { say } from './progress.mjs';

const table = (/** @type {[string, string][]} */ rows) => {
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, value] of rows) say(`  ${name.padEnd(width)}  ${value}`);
};

/**
 * The last thing that `npm start` prints: where everything is, and what became of three customers.
 * @param {{rapport: import('./stack.mjs').Rapport, stories: {name: string, lines: string[]}[], readyMs: number, installMs: number}} options
 */
export function printDoors({ rapport, stories, readyMs, installMs }) {
  const installed = installMs > 3_000 ? ` (after ${Math.round(installMs / 1000)} s of looking and installing)` : '';
  say(`\nReady in ${(readyMs / 1000).toFixed(1)} s${installed}\n`);
  table([
    ['gateway', rapport.gatewayUrl],
    ['docs', `${rapport.gatewayUrl}/docs`],
    ['mailbox', rapport.mailbox?.url ?? '(none)'],
    ['Kafka', rapport.brokers],
    ['database', rapport.adminUrl],
    ['write key', `${rapport.writeKey}   (Segment SDKs, ingest only)`],
    ['server key', `${rapport.serverKey}   (authorization: Bearer …)`],
    ['for scripts', join(STATE_DIR, 'dev.json')],
    ['logs', join(STATE_DIR, 'logs')],
  ]);
  for (const { name, lines } of stories) {
    say(`\n${name}`);
    for (const line of lines) say(`  ${line}`);
  }
  say('\nCtrl-C stops everything; the data is kept.');
}
