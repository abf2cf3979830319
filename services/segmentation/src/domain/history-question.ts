import type { TallyDefinition } from './rule.js';

/** Which part of the histories new tallies need. */
export interface HistoryQuestion {
  /** Undefined: events of every name. */
  readonly events: readonly string[] | undefined;
  readonly after: Date;
}

const EARLIEST = new Date(-8_640_000_000_000);

export const WHOLE_HISTORY: HistoryQuestion = { events: undefined, after: EARLIEST };

/** Undefined when nothing is missing. */
export function historyQuestion(missing: ReadonlySet<TallyDefinition>, now: number): HistoryQuestion | undefined {
  if (missing.size === 0) return undefined;
  const events = new Set<string>();
  let after = Number.POSITIVE_INFINITY;
  for (const { event, window } of missing) {
    if (event !== undefined) events.add(event);
    after = Math.min(after, window.kind === 'within' ? now - window.ms : window.kind === 'between' ? window.from - 1 : EARLIEST.getTime());
  }
  const any = [...missing].some((definition) => definition.event === undefined);
  return { events: any ? undefined : [...events].sort(), after: new Date(after) };
}
