import type { Interaction, InteractionReceived } from '@rapport/contracts';
import { type CountryCode, deriveId, IDENTIFIERS_MAX, normalizeIdentifier, normalizeIdentifiers, type RawIdentifier } from '@rapport/identifiers';
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

/** Draft → interaction: identifiers normalised, time corrected, attributes classified, money exact. Pure, so a replay makes the same one. */
export function makeInteraction(received: InteractionReceived, draft: Draft, settings: Settings): Made {
  const identifiers = normalizeIdentifiers(draft.identifiers, settings);
  const strongest = identifiers[0];
  if (strongest === undefined) return { ok: false, reason: whyNobody(draft.identifiers, settings) };
  const receivedAt = new Date(received.receivedAt);
  const { name, row } = settings.events.find(clip(draft.event.trim() || draft.event, EVENT_LENGTH_MAX));
  const classification = classify(row, draft.stated, draft.channelGuess);
  if (draft.kind === 'track' && name !== draft.event) classification.inferred.push('event');
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
    ...classification,
    ...draft.links,
    properties: draft.properties,
  };
  addValue(interaction, draft, row, settings);
  const text = draft.text ?? (row.text === undefined ? undefined : firstTextAt(draft.properties, row.text, TEXT_LENGTH_MAX));
  if (text !== undefined) interaction.text = text;
  if (draft.sentiment !== undefined) interaction.sentiment = draft.sentiment;
  if (draft.traits !== undefined) interaction.traits = draft.traits as Record<string, unknown>;
  if (draft.account !== undefined) interaction.account = { id: clip(draft.account.id, ACCOUNT_ID_LENGTH_MAX), traits: draft.account.traits as Record<string, unknown> };
  if (draft.context !== undefined) interaction.context = draft.context as Record<string, unknown>;
  return { ok: true, interaction };
}

function addValue(interaction: Interaction, draft: Draft, row: EventRow, { defaultCurrency }: Settings): void {
  if (draft.value !== undefined) {
    interaction.value = draft.value;
    return;
  }
  if (row.value === undefined || draft.kind !== 'track') return;
  const stated = currencyOf(draft.properties['currency']);
  const wrong = stated === undefined && draft.properties['currency'] != null;
  const value = wrong ? undefined : moneyOf(draft.properties, row.value, row.refund === true, stated ?? defaultCurrency);
  if (value === undefined) return;
  interaction.value = value;
  interaction.inferred.push('value');
  if (stated === undefined) interaction.inferred.push('currency');
}

function whyNobody(raw: readonly RawIdentifier[], options: { readonly defaultCountry: CountryCode }): string {
  if (raw.length === 0) return 'no identifier';
  const reasons = raw.slice(0, 5).map(({ type, value }) => {
    const one = normalizeIdentifier(type, value, options);
    return `${clip(type, 64)}: ${one.ok ? 'usable' : one.reason}`;
  });
  return `no usable identifier (${reasons.join(', ')})`;
}

