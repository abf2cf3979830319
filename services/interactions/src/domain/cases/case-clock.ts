import { type Case, type Change, isOpen } from './case.js';
import { CLOSES_AFTER_RESOLVED_MS, CLOSES_AFTER_SILENCE_MS } from './case-tables.js';
import { weighPriority } from './weigh-priority.js';

/**
 * What time alone does to a case by `now`: a target is missed, age raises the priority, a resolved case or one in which nobody speaks is closed; and when it
 * has to be looked at next. The same `now` again changes nothing.
 * @param now ISO
 */
export function letTimePass(one: Case, now: string, changed: (change: Change['what'], at: string) => void): Case {
  if (one.status === 'closed' || one.status === 'merged') return one.dueAt === null ? one : { ...one, dueAt: null };
  const closesAt = later(
    one.status === 'resolved' ? one.statusAt : one.lastAt,
    one.status === 'resolved' ? CLOSES_AFTER_RESOLVED_MS : CLOSES_AFTER_SILENCE_MS,
  );
  if (closesAt <= now) {
    changed('closed', closesAt);
    return { ...one, status: 'closed', statusAt: closesAt, dueAt: null };
  }
  if (!isOpen(one)) return { ...one, dueAt: closesAt };
  const firstResponseLate = one.firstResponseLate || (one.firstResponseAt === null && one.firstResponseDueAt <= now);
  const resolutionLate = one.resolutionLate || one.resolutionDueAt <= now;
  if (firstResponseLate && !one.firstResponseLate) changed('first_response_late', one.firstResponseDueAt);
  if (resolutionLate && !one.resolutionLate) changed('resolution_late', one.resolutionDueAt);
  const { priority, risesAt } = weighPriority(one, now);
  if (priority !== one.priority) changed('prioritised', now);
  const dueAt = earliest([
    closesAt,
    one.firstResponseAt === null && !firstResponseLate ? one.firstResponseDueAt : null,
    resolutionLate ? null : one.resolutionDueAt,
    risesAt,
  ]);
  return { ...one, firstResponseLate, resolutionLate, priority, dueAt };
}

const later = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString();

function earliest(times: readonly (string | null)[]): string | null {
  return times.reduce((first, time) => (time !== null && (first === null || time < first) ? time : first), null);
}
