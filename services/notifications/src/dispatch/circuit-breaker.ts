/** What is known about one provider's health. */
export interface Circuit {
  /** Faults of the provider in a row. */
  readonly faults: number;
  /** How often it was found down without a success in between. */
  readonly trips: number;
  readonly downUntil: Date | null;
}

export const HEALTHY: Circuit = { faults: 0, trips: 0, downUntil: null };

const FAULTS_MAX = 5;
const DOWN_FIRST_MS = 5_000;
const DOWN_MAX_MS = 300_000;

/** closed: use it. open: leave it alone. probing: its time is up; one call may try. */
export function stateOf({ downUntil }: Circuit, now: Date): 'closed' | 'open' | 'probing' {
  if (downUntil === null) return 'closed';
  return downUntil.getTime() > now.getTime() ? 'open' : 'probing';
}

export const afterSuccess = (): Circuit => HEALTHY;

/** Five faults in a row, or one failed probe, open it: 5 s, 10 s, 20 s … at most 5 min. */
export function afterFault(circuit: Circuit, now: Date): Circuit {
  const faults = circuit.faults + 1;
  const state = stateOf(circuit, now);
  // answers to calls that were under way when it opened say nothing new
  if (state === 'open') return { ...circuit, faults };
  if (state === 'closed' && faults < FAULTS_MAX) return { ...circuit, faults };
  const trips = circuit.trips + 1;
  return { faults, trips, downUntil: new Date(now.getTime() + Math.min(DOWN_FIRST_MS * 2 ** (trips - 1), DOWN_MAX_MS)) };
}
