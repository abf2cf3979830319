import type { Channel } from '@rapport/contracts';
import type { RawIdentifier } from '@rapport/identifiers';
import { type Json, textAt } from '../../domain/json.js';
import type { InboundDelivery } from '../adapter.js';
import { identifiersOf, notificationIdAt } from '../provider-values.js';

/**
 * What Twilio puts into From when the caller withheld his number (help article "Why am I getting calls from these strange numbers?"): the words
 * RESTRICTED, BLOCKED, UNKNOWN, ANONYMOUS and UNAVAILABLE as they are dialled. One of them taken for a number would be thousands of people.
 */
const WITHHELD: ReadonlySet<string> = new Set(['+7378742833', '+2562533', '+8566696', '+266696687', '+86282452253']);
const WITHHELD_WORD = /^(?:anonymous|unknown|restricted|blocked|unavailable|private)$/i;

export interface Party {
  readonly channel: Channel | undefined;
  readonly identifiers: readonly RawIdentifier[];
  /** Of a person at the other end of Twilio's own software: `client:lan`. */
  readonly agentId?: string | undefined;
  readonly withheld: boolean;
}

/** One end of a call or message: `+84…`, `whatsapp:+84…`, `messenger:<psid>`, `client:<name>`, `sip:<number>@…`. */
export function partyOf(address: string | undefined): Party {
  if (address === undefined || WITHHELD.has(address) || WITHHELD_WORD.test(address))
    return { channel: undefined, identifiers: [], withheld: true };
  const colon = address.indexOf(':');
  const scheme = colon < 0 ? '' : address.slice(0, colon).toLowerCase();
  const rest = address.slice(colon + 1);
  switch (scheme) {
    case 'whatsapp':
      return { channel: 'whatsapp', identifiers: identifiersOf({ whatsapp: rest, phone: rest }), withheld: false };
    case 'messenger':
      return { channel: 'messenger', identifiers: identifiersOf({ messengerId: rest }), withheld: false };
    case 'client':
      return { channel: undefined, identifiers: [], agentId: rest, withheld: false };
    case 'sip':
    case 'sips':
      return { channel: undefined, identifiers: identifiersOf({ phone: rest.split('@', 1)[0] }), withheld: false };
    default:
      return { channel: undefined, identifiers: identifiersOf({ phone: address }), withheld: false };
  }
}

/** The notification that was sent, when its id was put into the callback's address: `…?notificationId=…`. */
export function notificationIdOf({ headers }: InboundDelivery): string | undefined {
  const query: Json = Object.fromEntries(new URLSearchParams(headers['x-query'] ?? ''));
  return notificationIdAt(query, 'notificationId');
}

/** Where Twilio thinks that somebody is, by his number; undefined when it says nothing. */
export function placeOf(fields: Json, side: 'From' | 'To'): Json | undefined {
  const place = { city: textAt(fields, `${side}City`), state: textAt(fields, `${side}State`), country: textAt(fields, `${side}Country`) };
  return Object.values(place).some((part) => part !== undefined) ? place : undefined;
}
