import type { LiveEvent } from './live-event.js';
import type { KnownSegments } from './presence.js';
import type { Step } from './read-step.js';
import { seenMsOf, type Visitor } from './visitor.js';

const timeOf = (ms: number): string => new Date(ms).toISOString();

/** What rendering has to know besides the event. */
export interface Surroundings {
  /** Visits are told back to this long before the last step. Milliseconds. */
  readonly visitMs: number;
  segmentsOf(profileId: string): KnownSegments;
  /** Whether the segments of a visitor have been read from their owner. */
  isKnown(profileId: string): boolean;
}

/**
 * A visitor as listeners see him. The visit is told for `visitMs` at most, also by a gateway that has read more of the log, so that all say the same:
 * `longer` says that it began before.
 */
export function showVisitor(visitor: Visitor, { visitMs, segmentsOf, isKnown }: Surroundings): object {
  const { profileId, who, arrivedMs, steps } = visitor;
  const last = steps.at(-1) as Step;
  const fromMs = Math.max(arrivedMs, last.atMs - visitMs);
  return {
    profileId,
    ...(who.name !== undefined && { name: who.name }),
    place: last.place,
    channel: last.channel,
    page: pageOf(steps) ?? null,
    arrivedAt: timeOf(fromMs),
    seenAt: timeOf(last.atMs),
    minutes: Math.floor((last.atMs - fromMs) / 60_000),
    ...(arrivedMs < fromMs && { longer: true }),
    history: steps
      .filter(({ atMs }) => atMs >= fromMs)
      .map(({ atMs, event, page }) => ({ at: timeOf(atMs), event, ...(page && { page: page.path ?? page.url ?? page.title }) })),
    segments: isKnown(profileId)
      ? [...segmentsOf(profileId).values()].filter(({ isMember }) => isMember).map(({ segmentId, name }) => ({ segmentId, name }))
      : null,
    orders: who.orders,
    firstSeenAt: who.firstSeenAt,
    openCases: who.openCases,
    ...(who.agentId !== undefined && { agentId: who.agentId }),
  };
}

/** A click does not say where it happened: the last page that was named. */
function pageOf(steps: readonly Step[]): Step['page'] {
  for (let n = steps.length - 1; n >= 0; n--) if ((steps[n] as Step).page) return (steps[n] as Step).page;
  return undefined;
}

/** Lines of an event without its id: `event: …` and `data: …`. JSON has no line breaks. */
export function renderEvent(event: LiveEvent, around: Surroundings): string {
  switch (event.kind) {
    case 'here':
      return lines('presence', showVisitor(event.visitor, around));
    case 'left': {
      const visitors = event.left.map(({ visitor, reason, survivor }) => ({
        profileId: visitor.profileId,
        reason,
        seenAt: timeOf(seenMsOf(visitor)),
        ...(survivor && { mergedInto: survivor.profileId, visitor: showVisitor(survivor, around) }),
      }));
      return lines('left', { at: timeOf(event.atMs), visitors });
    }
    case 'told': {
      const { change, visitor } = event;
      return lines(change.type, { ...change.data, ...(visitor && { visitor: showVisitor(visitor, around) }) });
    }
  }
}

export interface SnapshotPart {
  readonly at: number;
  /** Who is here in all. */
  readonly here: number;
  readonly part: number;
  readonly parts: number;
  readonly visitors: readonly object[];
}

export const renderSnapshot = ({ at, ...part }: SnapshotPart): string => lines('snapshot', { at: timeOf(at), ...part });

/** The stream begins anew: what lies between is not kept. */
export const renderReset = (reason: 'too_old' | 'unknown'): string => lines('reset', { reason });

export type EndReason = 'too_slow' | 'restarting' | 'unavailable' | 'key_revoked';
/** The stream ends; with Last-Event-ID it goes on without a gap. */
export const renderEnd = (reason: EndReason): string => `${lines('end', { reason })}\n`;

export const withId = (text: string, id: string): string => `id: ${id}\n${text}\n`;

const lines = (name: string, data: object): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n`;
