import type { Interaction } from '@rapport/contracts';
import { COMPLEXITY_RANK, SENSITIVITY_RANK } from './codes.js';
import type { Matter } from './customer-path.js';

/**
 * When a matter counts as resolved: by what recorded interactions say. This file alone knows; facts of cases can feed the same `Matter` instead.
 * A named case is closed by its own events only; a conversation without a case by its end.
 */
const CASE_RESOLVING: ReadonlySet<string> = new Set(['Case Resolved', 'Case Closed']);
const CONVERSATION_RESOLVING: ReadonlySet<string> = new Set([
  ...CASE_RESOLVING,
  'Live Chat Conversation Ended',
  'Call Ended',
  'Meeting Held',
  'Forum Answer Accepted',
  'Return Completed',
  'IVR Completed',
]);
const REOPENING: ReadonlySet<string> = new Set(['Case Reopened', 'Case Escalated']);
/** An answer to a survey about a matter is no further question. */
const BESIDES: ReadonlySet<string> = new Set(['Survey Answered', 'Survey Declined', 'Message Read', 'Email Opened']);
const REFERENCE_CHARS_MAX = 100;

export interface MatterPart {
  /** `case:…` or `conversation:…`. */
  readonly reference: string;
  readonly part: Matter;
}

/** What one interaction says about the matter that it belongs to. */
export function matterPartOf(interaction: Interaction): MatterPart | undefined {
  const { caseId, conversationId, event, direction, channel } = interaction;
  const id = caseId ?? conversationId;
  if (id === undefined || BESIDES.has(event)) return undefined;
  const at = Date.parse(interaction.at);
  const resolves = (caseId === undefined ? CONVERSATION_RESOLVING : CASE_RESOLVING).has(event);
  const asks = direction === 'inbound' && !resolves;
  const speaks = direction === 'inbound'; // also by its end alone: some exchanges tell only that a call has ended
  return {
    reference: `${caseId === undefined ? 'conversation' : 'case'}:${id.slice(0, REFERENCE_CHARS_MAX)}`,
    part: {
      openedAt: speaks ? at : Number.POSITIVE_INFINITY,
      openedOn: speaks ? channel : undefined,
      channels: speaks ? [channel] : [],
      complexity: Math.max(0, COMPLEXITY_RANK.indexOf(interaction.complexity ?? 'unknown')),
      sensitivity: Math.max(0, SENSITIVITY_RANK.indexOf(interaction.sensitivity)),
      resolvedAt: resolves ? at : Number.NEGATIVE_INFINITY,
      askedAt: asks || REOPENING.has(event) ? at : Number.NEGATIVE_INFINITY,
      lastAt: at,
    },
  };
}

/** Two halves of what is known about a matter. Commutative and associative. */
export function joinMatters(a: Matter, b: Matter): Matter {
  const first = a.openedAt < b.openedAt || (a.openedAt === b.openedAt && (a.openedOn ?? '~') <= (b.openedOn ?? '~')) ? a : b;
  return {
    openedAt: first.openedAt,
    openedOn: first.openedOn,
    channels: [...new Set([...a.channels, ...b.channels])].sort(),
    complexity: Math.max(a.complexity, b.complexity),
    sensitivity: Math.max(a.sensitivity, b.sensitivity),
    resolvedAt: Math.max(a.resolvedAt, b.resolvedAt),
    askedAt: Math.max(a.askedAt, b.askedAt),
    lastAt: Math.max(a.lastAt, b.lastAt),
  };
}

export interface Resolution {
  readonly resolved: boolean;
  /** The customer spoke on more than one channel. */
  readonly switched: boolean;
  /** From the first contact to the last resolution; undefined while it is open. */
  readonly tookMs: number | undefined;
}

export function resolutionOf({ openedAt, channels, resolvedAt, askedAt }: Matter): Resolution {
  const resolved = resolvedAt >= openedAt && resolvedAt >= askedAt;
  return { resolved, switched: channels.length > 1, tookMs: resolved ? resolvedAt - openedAt : undefined };
}
