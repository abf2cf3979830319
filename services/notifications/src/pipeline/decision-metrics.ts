import { Counter } from 'prom-client';
import type { Changes } from './working-set.js';

const decided = new Counter({
  name: 'notifications_decided_total',
  help: 'Notifications handed to the dispatcher, by channel.',
  labelNames: ['channel'] as const,
});
const heldBack = new Counter({
  name: 'notifications_held_back_total',
  help: 'Notifications that nothing could be sent for, by the code that tells most.',
  labelNames: ['code'] as const,
});

/** Counts what was decided and is committed. */
export function countChanges({ counts }: Changes): void {
  for (const channel of counts.decided) decided.inc({ channel });
  for (const code of counts.heldBack) heldBack.inc({ code });
}
