/**
 * An answer and how long it stands: with no further interaction it cannot change before `reviewAt` (epoch milliseconds, `NEVER` = for ever).
 * At `reviewAt` it may have changed, and has to be looked at again.
 */
export interface Verdict {
  readonly holds: boolean;
  readonly reviewAt: number;
}

export const NEVER = Number.POSITIVE_INFINITY;
const HOLDS: Verdict = { holds: true, reviewAt: NEVER };
const FAILS: Verdict = { holds: false, reviewAt: NEVER };

/** A verdict that only an interaction can change. */
export const settled = (holds: boolean): Verdict => (holds ? HOLDS : FAILS);

export const opposite = (verdict: Verdict): Verdict =>
  verdict.reviewAt === NEVER ? settled(!verdict.holds) : { holds: !verdict.holds, reviewAt: verdict.reviewAt };

/**
 * `all` (unless = false) and `any` (unless = true) are mirror images. One child that answers `unless` decides alone: the whole stands as long as
 * the longest-lived of those does. Otherwise every child is needed, and the first review of any of them counts.
 */
export function combine<Child>(children: readonly Child[], unless: boolean, judge: (child: Child) => Verdict): Verdict {
  let decided = -1;
  let earliest = NEVER;
  for (const child of children) {
    const verdict = judge(child);
    if (verdict.holds === unless) {
      if (verdict.reviewAt === NEVER) return settled(unless);
      decided = Math.max(decided, verdict.reviewAt);
    } else if (verdict.reviewAt < earliest) earliest = verdict.reviewAt;
  }
  if (decided >= 0) return { holds: unless, reviewAt: decided };
  return earliest === NEVER ? settled(!unless) : { holds: !unless, reviewAt: earliest };
}
