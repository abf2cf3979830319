import type { Interaction } from '@rapport/contracts';
import { normalizeIdentifier } from '@rapport/identifiers';
import type { Table } from './registers.js';

/** verified: it is this person's. bounced: nothing arrives there. reached: something did. */
export type AddressMark = 'verified' | 'bounced' | 'reached';
type AddressType = 'email' | 'phone';

/** What an interaction says about the address that it went to, or came from. A click proves that the mail reached its owner; an opening proves nothing. */
const ADDRESS_EVENTS: Readonly<Record<string, { readonly type: AddressType; readonly marks: readonly AddressMark[] }>> = {
  'Email Verified': { type: 'email', marks: ['verified', 'reached'] },
  'Email Link Clicked': { type: 'email', marks: ['verified', 'reached'] },
  'Email Delivered': { type: 'email', marks: ['reached'] },
  'Email Bounced': { type: 'email', marks: ['bounced'] },
  'Phone Verified': { type: 'phone', marks: ['verified', 'reached'] },
  'SMS Link Clicked': { type: 'phone', marks: ['verified', 'reached'] },
  'SMS Delivered': { type: 'phone', marks: ['reached'] },
  'SMS Bounced': { type: 'phone', marks: ['bounced'] },
};

/** A mailbox that is full today may be read tomorrow. */
const PASSING_BOUNCES: ReadonlySet<unknown> = new Set(['soft', 'transient', 'temporary']);

export const addressMarkKey = (mark: AddressMark, type: string, address: string): string => `${mark}:${type}:${address}`;

/** The marks of one interaction: of the address in its properties, or of those among its identifiers. */
export function addressMarksOf(interaction: Interaction): Table<string> {
  const rule = Object.hasOwn(ADDRESS_EVENTS, interaction.event) ? ADDRESS_EVENTS[interaction.event] : undefined;
  if (rule === undefined) return {};
  const { bounceType, bounce_type = bounceType, [rule.type]: stated } = interaction.properties;
  if (rule.marks.includes('bounced') && PASSING_BOUNCES.has(typeof bounce_type === 'string' ? bounce_type.toLowerCase() : undefined))
    return {};
  const marks: Record<string, string> = {};
  for (const address of addresses(interaction, rule.type, stated))
    for (const mark of rule.marks) marks[addressMarkKey(mark, rule.type, address)] = interaction.at;
  return marks;
}

function addresses(interaction: Interaction, type: AddressType, stated: unknown): string[] {
  if (stated !== undefined) {
    const one = normalizeIdentifier(type, stated);
    return one.ok ? [one.value] : [];
  }
  return interaction.identifiers.filter((identifier) => identifier.type === type).map(({ value }) => value);
}
