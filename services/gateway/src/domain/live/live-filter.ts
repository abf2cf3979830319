import { CHANNELS, type Channel } from '@rapport/contracts';
import { type Left, type LiveEvent, typeOf } from './live-event.js';
import { LIVE_TYPES, type LiveType } from './live-fact.js';
import { channelOf, type Visitor } from './visitor.js';

/** What a listener wants to hear; absent: everything. */
export interface LiveFilter {
  readonly types: readonly LiveType[];
  readonly segmentId?: string;
  readonly channel?: Channel;
}

export interface FilterRefusal {
  readonly pointer: '/types' | '/segment' | '/channel' | `/${string}`;
  readonly detail: string;
}

const SEGMENT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const KNOWN = ['types', 'segment', 'channel'];

/** The filter that a query says, or what is wrong with it. */
export function readFilter(query: Readonly<Record<string, unknown>>): LiveFilter | readonly FilterRefusal[] {
  const refusals: FilterRefusal[] = Object.keys(query)
    .filter((name) => !KNOWN.includes(name))
    .map((name) => ({ pointer: `/${name}` as const, detail: `is not known; there are ${KNOWN.join(', ')}` }));
  const { types, segment, channel } = query;
  const named = types === undefined ? LIVE_TYPES : typeof types === 'string' ? types.split(',') : [];
  if (named.length === 0 || !named.every((type) => LIVE_TYPES.includes(type as LiveType)))
    refusals.push({ pointer: '/types', detail: `must be some of ${LIVE_TYPES.join(', ')}, separated by commas` });
  if (segment !== undefined && (typeof segment !== 'string' || !SEGMENT_ID.test(segment)))
    refusals.push({ pointer: '/segment', detail: 'must be the id of a segment' });
  if (channel !== undefined && !CHANNELS.includes(channel as Channel))
    refusals.push({ pointer: '/channel', detail: `must be one of ${CHANNELS.join(', ')}` });
  if (refusals.length > 0) return refusals;
  return {
    types: LIVE_TYPES.filter((type) => named.includes(type)),
    ...(segment !== undefined && { segmentId: segment as string }),
    ...(channel !== undefined && { channel: channel as Channel }),
  };
}

/** The same for filters that let the same through. */
export const keyOf = ({ types, segmentId, channel }: LiveFilter): string => `${types.join()}|${segmentId ?? ''}|${channel ?? ''}`;

/** Whether a customer is in a segment, as far as the live view knows: of those who are here. */
export type IsMember = (profileId: string, segmentId: string) => boolean;

export const letsVisitor = ({ segmentId, channel }: LiveFilter, visitor: Visitor, isMember: IsMember): boolean =>
  (channel === undefined || channelOf(visitor) === channel) && (segmentId === undefined || isMember(visitor.profileId, segmentId));

/**
 * What of an event passes. A change of membership passes for its own segment; what else is told of a customer, for the segments that he is known to
 * be in. The channel is that of the change, or else the one through which the customer is here.
 */
export function letThrough(filter: LiveFilter, event: LiveEvent, isMember: IsMember): LiveEvent | undefined {
  if (!filter.types.includes(typeOf(event))) return undefined;
  const { segmentId, channel } = filter;
  if (segmentId === undefined && channel === undefined) return event;
  switch (event.kind) {
    case 'here':
      return letsVisitor(filter, event.visitor, isMember) ? event : undefined;
    case 'left': {
      const left = event.left.filter((one) => letsLeft(filter, one));
      return left.length > 0 ? { ...event, left } : undefined;
    }
    case 'told': {
      const { change, visitor } = event;
      const at = change.channel ?? (visitor && channelOf(visitor));
      if (channel !== undefined && at !== channel) return undefined;
      const isIn = change.membership ? change.membership.segmentId === segmentId : segmentId && isMember(change.profileId, segmentId);
      return segmentId === undefined || isIn ? event : undefined;
    }
  }
}

const letsLeft = ({ segmentId, channel }: LiveFilter, { visitor, segmentIds }: Left): boolean =>
  (channel === undefined || channelOf(visitor) === channel) && (segmentId === undefined || segmentIds.includes(segmentId));
