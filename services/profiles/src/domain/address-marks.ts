import type { Channel, Interaction } from '@rapport/contracts';
import { normalizeIdentifier } from '@rapport/identifiers';
import type { Table } from './registers.js';

/**
 * verified: it is this person's. reached: something arrived there. bounced: nothing arrives there. complained: he complained of what came there.
 * blocked: he does not let us write there.
 */
export type AddressMark = 'verified' | 'reached' | 'bounced' | 'complained' | 'blocked';

interface AddressRule {
  /** The type of identifier that is the address; without one it follows from the channel (ADDRESS_OF_CHANNEL). */
  readonly type?: string;
  readonly marks: readonly AddressMark[];
}

const PROVEN: readonly AddressMark[] = ['verified', 'reached'];

/**
 * What an interaction says about the address that it went to, or came from. A click proves that the mail reached its owner; an opening proves nothing,
 * and neither does the sender of a mail, which anybody can write.
 */
// biome-ignore format: a table is read by its columns
const ADDRESS_EVENTS: Readonly<Record<string, AddressRule>> = {
  'Email Verified':             { type: 'email', marks: PROVEN },
  'Consent Confirmed':          { type: 'email', marks: PROVEN },
  'Email Link Clicked':         { type: 'email', marks: PROVEN },
  'Email Delivered':            { type: 'email', marks: ['reached'] },
  'Email Bounced':              { type: 'email', marks: ['bounced'] },
  'Email Marked as Spam':       { type: 'email', marks: ['complained'] },
  'Phone Verified':             { type: 'phone', marks: PROVEN },
  'SMS Received':               { type: 'phone', marks: PROVEN },
  'SMS Link Clicked':           { type: 'phone', marks: PROVEN },
  'SMS Delivered':              { type: 'phone', marks: ['reached'] },
  'SMS Bounced':                { type: 'phone', marks: ['bounced'] },
  'Message Received':           { marks: ['reached'] },
  'Message Reacted':            { marks: ['reached'] },
  'Message Delivered':          { marks: ['reached'] },
  'Message Read':               { marks: ['reached'] },
  'Message Bounced':            { marks: ['bounced'] },
  'Channel Followed':           { marks: ['reached'] },
  'Channel Unfollowed':         { marks: ['blocked'] },
  'Push Notification Received': { type: 'pushToken', marks: ['reached'] },
  'Push Notification Tapped':   { type: 'pushToken', marks: ['reached'] },
  'Push Notification Bounced':  { type: 'pushToken', marks: ['bounced'] },
};

/** A number that cannot be reached through WhatsApp can be called all the same: a message speaks of the account of its own channel only. */
const ADDRESS_OF_CHANNEL: Readonly<Partial<Record<Channel, string>>> = {
  email: 'email',
  sms: 'phone',
  whatsapp: 'whatsapp',
  zalo: 'zaloId',
  messenger: 'messengerId',
  telegram: 'telegramId',
  push: 'pushToken',
};

/** A mailbox that is full today may be read tomorrow. */
const PASSING_BOUNCES: ReadonlySet<unknown> = new Set(['soft', 'transient', 'temporary']);

export const addressMarkKey = (mark: AddressMark, type: string, address: string): string => `${mark}:${type}:${address}`;

/** The marks of one interaction: of the address in its properties, or of those among its identifiers. */
export function addressMarksOf(interaction: Interaction): Table<string> {
  const rule = Object.hasOwn(ADDRESS_EVENTS, interaction.event) ? ADDRESS_EVENTS[interaction.event] : undefined;
  const type = rule?.type ?? ADDRESS_OF_CHANNEL[interaction.channel];
  if (rule === undefined || type === undefined) return {};
  const { bounceType, bounce_type = bounceType, [type]: stated } = interaction.properties;
  if (rule.marks.includes('bounced') && PASSING_BOUNCES.has(typeof bounce_type === 'string' ? bounce_type.toLowerCase() : undefined))
    return {};
  const marks: Record<string, string> = {};
  for (const address of addresses(interaction, type, stated))
    for (const mark of rule.marks) marks[addressMarkKey(mark, type, address)] = interaction.at;
  return marks;
}

function addresses(interaction: Interaction, type: string, stated: unknown): string[] {
  if (stated !== undefined) {
    const one = normalizeIdentifier(type, stated);
    return one.ok ? [one.value] : [];
  }
  return interaction.identifiers.filter((identifier) => identifier.type === type).map(({ value }) => value);
}
