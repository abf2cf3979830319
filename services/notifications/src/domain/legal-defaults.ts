import type { PurposeClass } from './consent-rules.js';
import type { OutboundChannel } from './channels.js';
import { type DailyWindow, minuteOfDay } from './local-time.js';

const HOUR_MS = 3_600_000;

/** At most `limit` contacts of one class on one channel (`*` = all together) within any `windowMs`. */
export interface CapRule {
  readonly channel: OutboundChannel | '*';
  readonly class: PurposeClass;
  readonly limit: number;
  readonly windowMs: number;
}

/** What the law, or else prudence, asks for in a country. Hours are the customer's own; `label` begins the subject of every advertisement. */
export interface CountryRules {
  readonly timeZone: string;
  readonly label?: string;
  readonly advertisingHours: Partial<Record<OutboundChannel, DailyWindow>>;
  readonly caps: readonly CapRule[];
}

const hours = (from: string, to: string): DailyWindow => ({ from: minuteOfDay(from) as number, to: minuteOfDay(to) as number });
const perDay = (channel: OutboundChannel, limit: number): CapRule => ({ channel, class: 'advertising', limit, windowMs: 24 * HOUR_MS });

/** What no country's law asks for, but every customer does: across all campaigns together. */
export const HOUSE_CAPS: readonly CapRule[] = [
  { channel: '*', class: 'advertising', limit: 7, windowMs: 168 * HOUR_MS },
  { channel: '*', class: 'engagement', limit: 3, windowMs: 24 * HOUR_MS },
];

/** ISO 3166 alpha-2 → rules; `*` holds where a country is not listed. */
export const COUNTRY_RULES: Readonly<Record<string, CountryRules>> = {
  // Decree 91/2020/ND-CP, articles 9, 13 and 17.
  VN: {
    timeZone: 'Asia/Ho_Chi_Minh',
    label: '[QC]',
    advertisingHours: { sms: hours('07:00', '22:00'), phone: hours('08:00', '17:00') },
    caps: [perDay('sms', 3), perDay('phone', 1), perDay('email', 3)],
  },
  // 47 CFR 64.1200(c)(1): telephone solicitation between 8 a.m. and 9 p.m.
  US: {
    timeZone: 'America/New_York',
    advertisingHours: { sms: hours('08:00', '21:00'), phone: hours('08:00', '21:00') },
    caps: [perDay('sms', 3), perDay('phone', 1), perDay('email', 3)],
  },
  // Ofcom and DMA practice: 8 to 21; no label.
  GB: {
    timeZone: 'Europe/London',
    advertisingHours: { sms: hours('08:00', '21:00'), phone: hours('08:00', '21:00') },
    caps: [perDay('sms', 3), perDay('phone', 1), perDay('email', 3)],
  },
  '*': {
    timeZone: 'UTC',
    advertisingHours: { sms: hours('08:00', '20:00'), phone: hours('08:00', '20:00') },
    caps: [perDay('sms', 3), perDay('phone', 1), perDay('email', 3)],
  },
};

export const rulesOf = (country: string): CountryRules => COUNTRY_RULES[country] ?? (COUNTRY_RULES['*'] as CountryRules);

/** The longest window of any rule: older contacts need not be kept. */
export const CAP_WINDOW_MAX_MS = Math.max(
  ...[...HOUSE_CAPS, ...Object.values(COUNTRY_RULES).flatMap((rules) => rules.caps)].map((rule) => rule.windowMs),
);
