const DAY_MS = 86_400_000;
export const WEEK_MS = 7 * DAY_MS;
/** 1970-01-05, the first Monday: weeks begin on Mondays, at 00:00 UTC. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/**
 * Around the turn of a week two transactions may take it for different weeks, and neither would see the other's claim. For as long as that is
 * possible (clocks apart, a transaction under way) the week before is claimed as well, and its unique index decides. Transactions end within a minute.
 */
const OVERLAP_MS = 10 * 60_000;

/** The Monday of a time's week, as SQL's date: `2026-01-12`. */
export function weekOf(time: Date): string {
  return dayText(mondayMs(time.getTime()));
}

/** The weeks whose index a claim has to enter, oldest first: this one, and at its beginning the one before. */
export function weeksToClaim(now: Date): string[] {
  const monday = mondayMs(now.getTime());
  return now.getTime() - monday < OVERLAP_MS ? [dayText(monday - WEEK_MS), dayText(monday)] : [dayText(monday)];
}

/** The weeks before this one, oldest first, that together with it remember at least `days`. */
export function weeksToAsk(now: Date, days: number): string[] {
  const monday = mondayMs(now.getTime());
  return Array.from({ length: weeksRemembered(days) }, (_, index) => dayText(monday - (weeksRemembered(days) - index) * WEEK_MS));
}

/** How many whole weeks before the current one have to be kept. */
export function weeksRemembered(days: number): number {
  return Math.ceil(days / 7);
}

export function mondayMs(timeMs: number): number {
  return Math.floor((timeMs - FIRST_MONDAY_MS) / WEEK_MS) * WEEK_MS + FIRST_MONDAY_MS;
}

export function dayText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
