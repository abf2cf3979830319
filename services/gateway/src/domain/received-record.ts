import { cloudEventHeaders, type InteractionReceived, TOPICS } from '@rapport/contracts';

/** One record for `interactions.received.v1`, ready to be produced: the value is serialised once, here. */
export interface ReceivedRecord {
  readonly key: string;
  readonly value: string;
  readonly headers: Record<string, string>;
  /** About what the record takes in Kafka and, until it is there, in memory. */
  readonly bytes: number;
}

/** What all records of one request have in common. */
export interface RequestFacts {
  readonly protocol: InteractionReceived['protocol'];
  /** Who sent it: the source of the key. */
  readonly source: string;
  readonly keyId: string;
  /** ISO, UTC, milliseconds. */
  readonly receivedAt: string;
  readonly traceparent: string;
  /** Who is at the other end; asked only when that is the customer's own device (`context.direct`). */
  caller?(): { readonly ip: string; readonly userAgent?: string | undefined };
}

export interface RecordParts {
  readonly type: string;
  readonly key: string;
  readonly messageId: string;
  readonly sentAt?: string | undefined;
  /** Whether the address and the user agent of the request are the customer's. */
  readonly direct: boolean;
  /** The payload's JSON text. */
  readonly payload: string;
}

const TOPIC = TOPICS.interactionsReceived;
const HEADER_BYTES = 420;
const IP_LENGTH_MAX = 64;
const USER_AGENT_LENGTH_MAX = 512;

/**
 * Makes the records of one request. What they share is written down once; the payload's text goes in as it is, so that a single event is
 * not serialised again.
 */
export function recordWriter(facts: RequestFacts): (parts: RecordParts) => ReceivedRecord {
  const head = `{"protocol":"${facts.protocol}","source":${JSON.stringify(facts.source)},"keyId":${JSON.stringify(facts.keyId)},"receivedAt":"${facts.receivedAt}"`;
  return ({ type, key, messageId, sentAt, direct, payload }) => {
    const sent = sentAt === undefined ? '' : `,"sentAt":${JSON.stringify(sentAt)}`;
    const value = `${head},"type":"${type}","messageId":${JSON.stringify(messageId)}${sent}${direct ? requestOf(facts) : ''},"payload":${payload}}`;
    return { key, value, headers: headersOf(facts, key, messageId), bytes: value.length + key.length + HEADER_BYTES };
  };
}

function requestOf({ caller }: RequestFacts): string {
  if (!caller) return '';
  const { ip, userAgent } = caller();
  return `,"request":${JSON.stringify({ ip: ip.slice(0, IP_LENGTH_MAX), userAgent: userAgent?.slice(0, USER_AGENT_LENGTH_MAX) })}`;
}

/** The id is the sender's own (`source/messageId`): CloudEvents calls two records with one id the same event, and so do we. */
function headersOf({ source, receivedAt, traceparent }: RequestFacts, subject: string, messageId: string): Record<string, string> {
  const headers = cloudEventHeaders({
    id: `${source}/${messageId}`,
    source: '/rapport/gateway',
    type: TOPIC.type,
    time: receivedAt,
    subject,
  });
  headers['traceparent'] = traceparent;
  return headers;
}
