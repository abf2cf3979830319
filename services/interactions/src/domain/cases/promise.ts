import type { Heard } from './case.js';

/** Something that the company said it would do. */
export interface Promised {
  /** The id of the interaction in which it was promised. */
  readonly id: string;
  readonly profileId: string;
  /** What the sender calls it. */
  readonly reference: string | null;
  readonly caseId: string | null;
  readonly madeAt: string;
  readonly dueAt: string | null;
  readonly gist: string | null;
  readonly agentId: string | null;
  readonly state: 'open' | 'kept' | 'broken';
  readonly settledAt: string | null;
}

const SETTLES: Readonly<Record<string, 'kept' | 'broken'>> = { 'Promise Kept': 'kept', 'Promise Broken': 'broken' };

export const speaksOfPromise = ({ event }: Pick<Heard, 'event'>): boolean => event === 'Promise Made' || Object.hasOwn(SETTLES, event);

/**
 * What an interaction says about promises: a new one, or that one was kept or broken. Which one it means: the one it names, or else the one due first, of
 * the same case when it names a case.
 * @param promises of this customer
 */
export function hearPromise(promises: readonly Promised[], heard: Heard, profileId: string, caseId: string | null): Promised | undefined {
  if (heard.event === 'Promise Made') {
    return {
      id: heard.id,
      profileId,
      reference: heard.promiseId ?? null,
      caseId,
      madeAt: heard.at,
      dueAt: heard.dueAt ?? null,
      gist: heard.gist ?? null,
      agentId: heard.agentId ?? null,
      state: 'open',
      settledAt: null,
    };
  }
  const state = SETTLES[heard.event];
  const meant = state && promises.filter((one) => isMeant(one, heard, caseId)).sort(byDue)[0];
  return meant && { ...meant, state, settledAt: heard.at };
}

function isMeant(one: Promised, { promiseId }: Heard, caseId: string | null): boolean {
  if (promiseId !== undefined) return one.id === promiseId || one.reference === promiseId;
  return one.state === 'open' && (caseId === null || one.caseId === caseId);
}

const NEVER = '9999';
const byDue = (a: Promised, b: Promised): number =>
  (a.dueAt ?? NEVER) < (b.dueAt ?? NEVER) ? -1 : (a.dueAt ?? NEVER) > (b.dueAt ?? NEVER) ? 1 : a.madeAt < b.madeAt ? -1 : 1;
