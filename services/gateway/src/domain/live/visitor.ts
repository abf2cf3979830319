import type { Step } from './read-step.js';

/** What the newest snapshot of the profile says that whoever greets the visitor needs. */
export interface Who {
  readonly version: number;
  readonly name?: string;
  readonly agentId?: string;
  readonly openCases: number;
  /** How many he has placed: whether he is a customer yet. */
  readonly orders: number;
  readonly firstSeenAt: string;
}

/** Somebody who is here: one visit, as long as no pause in it reaches `presenceMs`. Never changed in place: what was told of him stays as it was. */
export interface Visitor {
  readonly profileId: string;
  readonly who: Who;
  readonly arrivedMs: number;
  /** The newest steps, oldest first; never empty. */
  readonly steps: readonly Step[];
}

/** How long after his last step a visitor counts as here, and how far back a visit is told. Milliseconds. */
export interface VisitWindows {
  readonly presenceMs: number;
  readonly visitMs: number;
}

export const STEPS_MAX = 10;

export const seenMsOf = ({ steps }: Visitor): number => (steps.at(-1) as Step).atMs;
export const channelOf = ({ steps }: Visitor): Step['channel'] => (steps.at(-1) as Step).channel;

export function arrive(profileId: string, who: Who, step: Step): Visitor {
  return { profileId, who, arrivedMs: step.atMs, steps: [step] };
}

/** One more step, in whatever order steps come: the visit is the run of steps up to the newest that has no pause of `presenceMs`. */
export function takeStep(visitor: Visitor, step: Step, presenceMs: number): Visitor {
  const seenMs = seenMsOf(visitor);
  if (step.atMs >= seenMs + presenceMs) return { ...visitor, arrivedMs: step.atMs, steps: [step] };
  if (step.atMs <= visitor.arrivedMs - presenceMs) return visitor;
  const { steps } = visitor;
  let at = steps.length;
  while (at > 0 && (steps[at - 1] as Step).atMs > step.atMs) at--;
  return {
    ...visitor,
    arrivedMs: Math.min(visitor.arrivedMs, step.atMs),
    steps: [...steps.slice(0, at), step, ...steps.slice(at)].slice(-STEPS_MAX),
  };
}

/** The visits of two profiles that turned out to be one person. */
export function joinVisitors(survivor: Visitor, loser: Visitor, presenceMs: number): Visitor {
  const apart = loser.arrivedMs >= seenMsOf(survivor) + presenceMs || survivor.arrivedMs >= seenMsOf(loser) + presenceMs;
  if (apart) return seenMsOf(loser) > seenMsOf(survivor) ? { ...loser, profileId: survivor.profileId, who: survivor.who } : survivor;
  const steps = [...survivor.steps, ...loser.steps].sort((a, b) => a.atMs - b.atMs).slice(-STEPS_MAX);
  return { ...survivor, arrivedMs: Math.min(survivor.arrivedMs, loser.arrivedMs), steps };
}
