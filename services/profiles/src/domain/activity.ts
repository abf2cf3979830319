import type { Channel, Interaction } from '@rapport/contracts';
import { remembered } from './remembered.js';
import { greater, joinTables, type Order, compareText, type Table } from './registers.js';

/** The last value that the customer's own device stated, by the day: within one day the greater text counts, so that most events change nothing. */
export interface Seen {
  readonly day: string;
  readonly value: string;
}

/** What a customer's own deeds tell of how he likes to be reached. */
export interface Activity {
  readonly seenLocale?: Seen | undefined;
  readonly seenTimeZone?: Seen | undefined;
  /** How often he came by himself, by channel on which he could be answered. */
  readonly cameBy?: Table<number> | undefined;
}

const DAY_CHARS = '2026-01-01'.length;
const LOCALE_CHARS_MAX = 35;
const LOCALE = /^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}$/;
const TIME_ZONE_CHARS_MAX = 64;
const TIME_ZONE = /^[A-Z][A-Za-z_]+(?:\/[A-Za-z0-9_+-]+){1,2}$/;

/** Channels on which people speak with each other. That somebody looks at the website says nothing about how he would like to be written to. */
const CONVERSATIONS: ReadonlySet<Channel> = new Set(['email', 'sms', 'phone', 'whatsapp', 'zalo', 'messenger', 'telegram', 'store', 'fax']);

/** Inbound, and not a sign of liking: a mail program opens mails by itself, and who unsubscribes wants less. */
const NO_SIGN: ReadonlySet<string> = new Set([
  'Email Opened',
  'Email Auto-Replied',
  'Email Marked as Spam',
  'Unsubscribed',
  'Channel Unfollowed',
  'Consent Withdrawn',
  'Message Read',
]);

export function activityOf({ direction, channel, event, context, at }: Interaction): Activity {
  if (direction !== 'inbound' || context?.['active'] === false) return NOTHING;
  return {
    seenLocale: seen(context?.['locale'], isLocale, at),
    seenTimeZone: seen(context?.['timezone'], isTimeZone, at),
    cameBy: CONVERSATIONS.has(channel) && !NO_SIGN.has(event) ? { [channel]: 1 } : undefined,
  };
}

const NOTHING: Activity = { seenLocale: undefined, seenTimeZone: undefined, cameBy: undefined };

const isLocale = remembered((text) => text.length <= LOCALE_CHARS_MAX && LOCALE.test(text));
const isTimeZone = remembered((text) => text.length <= TIME_ZONE_CHARS_MAX && TIME_ZONE.test(text));

function seen(value: unknown, isOne: (text: string) => boolean, at: string): Seen | undefined {
  return typeof value === 'string' && isOne(value) ? { day: at.slice(0, DAY_CHARS), value } : undefined;
}

const seenOrder: Order<Seen> = (a, b) => compareText(a.day, b.day) || compareText(a.value, b.value);
export const laterSeen = (a: Seen | undefined, b: Seen | undefined): Seen | undefined => greater(a, b, seenOrder);

type Counts = Activity['cameBy'];
const add = (a: number, b: number): number => a + b;
export const joinCameBy = (a: Counts, b: Counts): Counts => (b === undefined ? a : a === undefined ? b : joinTables(a, b, add));
