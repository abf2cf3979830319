import type { Json } from './parse-json.js';

/** What a link in a mail says, short because it stands in the link. */
export interface UnsubscribeLink {
  /** Notification. */
  readonly n: string;
  /** Profile. */
  readonly p: string;
  /** Channel. */
  readonly c: string;
  /** Type and value of the identifier that was written to. */
  readonly t: string;
  readonly a: string;
  /** Purpose. */
  readonly u: string;
}

const MEMBERS = ['n', 'p', 'c', 't', 'a', 'u'] as const;

/** The payload of a verified token, when it is one of these links. */
export function unsubscribeLinkOf(payload: Json | undefined): UnsubscribeLink | undefined {
  if (payload === undefined || !MEMBERS.every((member) => typeof payload[member] === 'string' && payload[member] !== '')) return undefined;
  return payload as unknown as UnsubscribeLink;
}

/** The click as an interaction of the customer. It names the address that was written to, not the profile: profiles merge. */
export function unsubscribed({ n, c, t, a, u }: UnsubscribeLink, at: string): Json {
  return {
    event: 'Unsubscribed',
    at,
    channel: c,
    direction: 'inbound',
    identifiers: { [t]: a },
    notificationId: n,
    properties: { purpose: u, channel: c },
  };
}

/** RFC 8058: the body of the one-click request, as a form or as a part of a multipart form. */
export const isOneClick = (body: string): boolean => /List-Unsubscribe(=|"[\s\S]{1,40}?)One-Click/i.test(body);
