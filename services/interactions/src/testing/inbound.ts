import { assertProducible, type Interaction, type InteractionReceived, TOPICS } from '@rapport/contracts';
import { decodeReceived } from '../kafka/decode-received.js';
import { RECEIVED_AT, recordOf, SETTINGS_FOR_TESTS } from './received.js';

export interface InboundParts {
  readonly headers?: Record<string, string>;
  readonly settings?: Record<string, unknown>;
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' };
const JSON_TYPE = { 'content-type': 'application/json' };
const NO_TYPE = { 'content-type': '' };

/** A provider's delivery as the gateway hands it on. An object becomes JSON, `URLSearchParams` a form, text stays, bytes go as base64. */
export function inbound(provider: string, body: unknown, { headers = {}, settings = {} }: InboundParts = {}): InteractionReceived {
  const isBytes = Buffer.isBuffer(body);
  const text = isBytes
    ? body.toString('base64')
    : typeof body === 'string'
      ? body
      : body instanceof URLSearchParams
        ? body.toString()
        : JSON.stringify(body);
  return {
    protocol: 'inbound',
    type: 'delivery',
    source: `inbound:${provider}:test`,
    keyId: 'connection-1',
    messageId: 'delivery-1',
    receivedAt: RECEIVED_AT,
    payload: {
      provider,
      connection: 'test',
      settings,
      headers: { ...(body instanceof URLSearchParams ? FORM : typeof body === 'string' ? NO_TYPE : JSON_TYPE), ...headers },
      body: text,
      encoding: isBytes ? 'base64' : 'utf8',
    },
  };
}

/** What becomes of a delivery: its interactions, each checked against the contract, and what was refused of it. */
export function decodedOf(received: InteractionReceived): {
  readonly interactions: readonly Interaction[];
  readonly refusals: readonly string[];
  readonly kind: string;
} {
  const decoded = decodeReceived(recordOf(received), SETTINGS_FOR_TESTS);
  if (decoded.kind !== 'input')
    return { kind: decoded.kind, interactions: [], refusals: decoded.kind === 'reject' ? [decoded.reason] : [] };
  for (const interaction of decoded.input.interactions) assertProducible(TOPICS.interactionsRecorded, interaction);
  return { kind: 'input', interactions: decoded.input.interactions, refusals: decoded.input.refusals };
}

/** All of a delivery's interactions. @throws when anything of it was refused, or there is none. */
export function interactionsOf(received: InteractionReceived): readonly Interaction[] {
  const { kind, interactions, refusals } = decodedOf(received);
  if (kind !== 'input' || refusals.length > 0) throw new Error(`${kind}: ${refusals.join('; ')}`);
  return interactions;
}
