import type { Interaction, Money } from '@rapport/contracts';
import {
  type CountryCode,
  deriveId,
  IDENTIFIERS_MAX,
  normalizeIdentifier,
  normalizeIdentifiers,
  type RawIdentifier,
} from '@rapport/identifiers';
import { classify } from './classify.js';
import type { Draft } from './draft.js';
import { eventTime } from './event-time.js';
import type { EventRow } from './events/event-row.js';
import type { EventTable } from './events/event-table.js';
import { clip, firstTextAt } from './json.js';
import { currencyOf, moneyOf } from './money.js';

const EVENT_LENGTH_MAX = 200;
const TEXT_LENGTH_MAX = 16_384;
const ACCOUNT_ID_LENGTH_MAX = 256;

export interface Settings {
  readonly events: EventTable;
  /** How to read telephone numbers without a country code. */
  readonly defaultCountry: CountryCode;
  /** Of money without a currency; undefined: such money is not recorded as a value. */
  readonly defaultCurrency: string | undefined;
}

/** The recorded interaction, or the reason why there can be none. Reasons never hold personal data. */
export type Made = { readonly ok: true; readonly interaction: Interaction } | { readonly ok: false; readonly reason: string };

/** Whose word an interaction is. (source, messageId) is unique; together with the time of receipt it makes the id. */
export interface Provenance {
  readonly source: string;
  readonly messageId: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly receivedAt: string;
}

/** Draft → interaction: identifiers normalised, time corrected, attributes classified, money exact. Pure, so a replay makes the same one. */
export function makeInteraction(received: Provenance, draft: Draft, settings: Settings): Made {
  const identifiers = normalizeIdentifiers(draft.identifiers, settings);
  const strongest = identifiers[0];
  if (strongest === undefined) return { ok: false, reason: whyNobody(draft.identifiers, settings) };
  const receivedAt = new Date(received.receivedAt);
  const { name, row } = settings.events.find(clip(draft.event.trim() || draft.event, EVENT_LENGTH_MAX));
  const found = classify(row, draft.stated, draft.channelGuess);
  if (draft.kind === 'track' && name !== draft.event) found.inferred.push('event');
  const { links } = draft;
  // one literal with every member: a shape that the engine knows costs half of what merged objects do
  const interaction: Interaction = {
    id: deriveId(receivedAt, received.source, received.messageId),
    source: received.source,
    messageId: received.messageId,
    kind: draft.kind,
    event: name,
    at: eventTime(receivedAt.getTime(), draft.sentAt, draft.originalTime).toISOString(),
    receivedAt: received.receivedAt,
    subject: `${strongest.type}:${strongest.value}`,
    identifiers: identifiers.length > IDENTIFIERS_MAX ? identifiers.slice(0, IDENTIFIERS_MAX) : identifiers,
    channel: found.channel,
    direction: found.direction,
    stage: found.stage,
    touchpoint: found.touchpoint,
    function: found.function,
    handling: found.handling,
    complexity: found.complexity,
    sensitivity: found.sensitivity,
    inferred: found.inferred,
    value: draft.value ?? readValue(found.inferred, draft, row, settings),
    sentiment: draft.sentiment,
    caseId: links.caseId,
    conversationId: links.conversationId,
    agentId: links.agentId,
    campaignId: links.campaignId,
    notificationId: links.notificationId,
    properties: draft.properties,
    traits: draft.traits,
    account: draft.account === undefined ? undefined : { id: clip(draft.account.id, ACCOUNT_ID_LENGTH_MAX), traits: draft.account.traits },
    text: draft.text ?? (row.text === undefined ? undefined : firstTextAt(draft.properties, row.text, TEXT_LENGTH_MAX)),
    context: draft.context,
  };
  return { ok: true, interaction };
}

function readValue(inferred: string[], draft: Draft, row: EventRow, { defaultCurrency }: Settings): Money | undefined {
  if (row.value === undefined || draft.kind !== 'track') return undefined;
  const said = draft.properties['currency'];
  const stated = currencyOf(said);
  // a currency that is none makes the amount meaningless; only a missing one has a default
  const currency = stated ?? (said === undefined || said === null ? defaultCurrency : undefined);
  const value = moneyOf(draft.properties, row.value, row.refund === true, currency);
  if (value === undefined) return undefined;
  inferred.push('value');
  if (stated === undefined) inferred.push('currency');
  return value;
}

function whyNobody(raw: readonly RawIdentifier[], options: { readonly defaultCountry: CountryCode }): string {
  if (raw.length === 0) return 'no identifier';
  const reasons = raw.slice(0, 5).map(({ type, value }) => {
    const one = normalizeIdentifier(type, value, options);
    return `${clip(type, 64)}: ${one.ok ? 'usable' : one.reason}`;
  });
  return `no usable identifier (${reasons.join(', ')})`;
}
