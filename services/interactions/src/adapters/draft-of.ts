import type { Channel, Interaction, Money } from '@rapport/contracts';
import type { RawIdentifier } from '@rapport/identifiers';
import type { Draft, Links } from '../domain/draft.js';
import type { Attributes } from '../domain/events/event-row.js';
import { clip, type Json } from '../domain/json.js';

const TEXT_LENGTH_MAX = 16_384;
const LINK_LENGTH_MAX = 100;
const NO_LINKS: Links = {
  caseId: undefined,
  conversationId: undefined,
  agentId: undefined,
  campaignId: undefined,
  notificationId: undefined,
};

/** What an adapter knows of one interaction; the rest is inferred from the event's name. */
export interface Known {
  readonly kind?: Interaction['kind'];
  readonly event: string;
  /** Milliseconds since 1970 or ISO 8601; the time of receipt when it is neither. */
  readonly at?: unknown;
  readonly channel: Channel;
  readonly identifiers: readonly RawIdentifier[];
  readonly attributes?: Attributes | undefined;
  readonly value?: Money | undefined;
  readonly links?: Partial<Links> | undefined;
  /** Members that are undefined are left out. */
  readonly properties?: Json | undefined;
  readonly traits?: Json | undefined;
  readonly text?: string | undefined;
  readonly context?: Json | undefined;
}

/** A draft of what a provider tells: its clock counts, and the channel is a fact. */
export function draftOf(known: Known): Draft {
  const { kind = 'track', event, at, channel, identifiers, attributes, value, links, properties, traits, text, context } = known;
  return {
    kind,
    event,
    originalTime: at,
    sentAt: undefined,
    identifiers,
    stated: { channel, ...attributes },
    channelGuess: channel,
    value,
    links: links === undefined ? NO_LINKS : { ...NO_LINKS, ...clipped(links) },
    properties: properties === undefined ? {} : present(properties),
    traits: traits === undefined ? undefined : present(traits),
    text: text === undefined || text === '' ? undefined : clip(text, TEXT_LENGTH_MAX),
    context: context === undefined ? undefined : present(context),
  };
}

const clipped = (links: Partial<Links>): Partial<Links> =>
  Object.fromEntries(
    Object.entries(links).map(([name, link]) => [name, link === undefined || link === '' ? undefined : clip(link, LINK_LENGTH_MAX)]),
  );

/** Without the members that are undefined. */
export function present(members: Json): Json {
  const kept: Json = {};
  for (const name in members) if (members[name] !== undefined) kept[name] = members[name];
  return kept;
}
