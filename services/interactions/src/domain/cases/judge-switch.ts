import type { Case, CaseEntry, Heard } from './case.js';
import { HANDS_OVER } from './case-tables.js';

/**
 * Whether the customer has come by another channel than before, and whose idea that was: the company's (it spoke to him there since his last word, sent
 * him there, handed him over, or he answers its message), or his own (flight).
 */
export function judgeSwitch(one: Case, { channel, direction, notificationId, at }: Heard): CaseEntry['change'] {
  if (direction !== 'inbound' || channel === one.channel || at < one.lastAt || isNoPlace(channel)) return null;
  const from = one.channel;
  const reason = one.proposed.includes(channel)
    ? 'the company spoke of this channel, or on it'
    : one.proposed.includes('*')
      ? 'the company handed the customer over'
      : notificationId === undefined
        ? undefined
        : 'it answers a message of the company';
  return { kind: reason === undefined ? 'flight' : 'proposed', from, to: channel, reason: reason ?? 'nobody had proposed it' };
}

/** `api` says how we heard of it, not where it happened. */
const isNoPlace = (channel: Heard['channel']): boolean => channel === 'api';

/** What the company has proposed since the customer's last word; that word takes it all back. */
export function proposedAfter(one: Case, { direction, channel, event, proposes }: Heard): Case['proposed'] {
  const before = direction === 'inbound' ? [] : one.proposed;
  const now = [
    ...before,
    ...(HANDS_OVER.has(event) ? (['*'] as const) : []),
    ...(direction === 'outbound' && !isNoPlace(channel) ? [channel] : []),
    ...(proposes === undefined ? [] : [proposes]),
  ];
  return [...new Set(now)];
}
