import type { Channel, Money } from '@rapport/contracts';
import type { RawIdentifier } from '@rapport/identifiers';
import type { Draft, Links } from '../domain/draft.js';
import type { Json } from '../domain/json.js';

/** What a provider tells about one interaction; the event table says the rest. */
export interface DraftParts {
  readonly event: string;
  /** RFC 3339; undefined: when it was received. */
  readonly at: string | undefined;
  readonly identifiers: readonly RawIdentifier[];
  readonly channel: Channel;
  readonly properties: Json;
  readonly text?: string | undefined;
  readonly value?: Money | undefined;
  readonly links?: Partial<Links> | undefined;
  /** Attributes of DOMAIN §1 that the provider knows better than the table. */
  readonly stated?: Json | undefined;
}

const NO_LINKS: Links = {
  caseId: undefined,
  conversationId: undefined,
  agentId: undefined,
  campaignId: undefined,
  notificationId: undefined,
};

/** A draft of something that a provider's server reports: its clock is believed, members that are undefined are left out of the properties. */
export function inboundDraft({ event, at, identifiers, channel, properties, text, value, links, stated }: DraftParts): Draft {
  return {
    kind: 'track',
    event,
    originalTime: at,
    sentAt: undefined,
    identifiers,
    stated: { channel, ...stated },
    channelGuess: channel,
    value,
    links: { ...NO_LINKS, ...links },
    properties: Object.fromEntries(Object.entries(properties).filter(([, member]) => member !== undefined && member !== '')),
    text: text === '' ? undefined : text,
  };
}
