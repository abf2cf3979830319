import type { InteractionReceived } from '@rapport/contracts';
import { DEFAULT_COUNTRY } from '@rapport/identifiers';
import type { SourceRecord } from '@rapport/platform';
import { EventTable } from '../domain/events/event-table.js';
import type { Settings } from '../domain/make-interaction.js';

export const RECEIVED_AT = '2026-01-15T09:00:00.000Z';

export const SETTINGS_FOR_TESTS: Settings = { events: new EventTable(), defaultCountry: DEFAULT_COUNTRY, defaultCurrency: 'USD' };

/** A Segment message as the gateway hands it on. `type` in the message names the call. */
export function segment(message: Record<string, unknown>, envelope: Partial<InteractionReceived> = {}): InteractionReceived {
  const type = typeof message['type'] === 'string' ? message['type'] : 'track';
  return {
    protocol: 'segment',
    type,
    source: 'shop',
    keyId: 'wk_1',
    messageId: 'm1',
    receivedAt: RECEIVED_AT,
    payload: message,
    ...envelope,
  };
}

/** An item of POST /v1/interactions as the gateway hands it on. */
export function item(payload: Record<string, unknown>, envelope: Partial<InteractionReceived> = {}): InteractionReceived {
  return {
    protocol: 'rapport',
    type: 'interaction',
    source: 'crm',
    keyId: 'sk_1',
    messageId: typeof payload['id'] === 'string' ? payload['id'] : 'm1',
    receivedAt: RECEIVED_AT,
    payload,
    ...envelope,
  };
}

export function recordOf(value: string | InteractionReceived | null, headers: Record<string, string> = {}): SourceRecord {
  const bytes = value === null ? null : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  return {
    topic: 'interactions.received.v1',
    partition: 0,
    offset: 0n,
    key: null,
    value: bytes,
    headers,
    timestampMs: Date.parse(RECEIVED_AT),
  };
}
