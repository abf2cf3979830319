import { readFileSync } from 'node:fs';
import { countryCode } from '@rapport/identifiers';
import { int, readServiceConfig, str } from '@rapport/platform';
import { isTimeZone } from './domain/cases/working-time.js';
import { EventTable, extendEventTable } from './domain/events/event-table.js';
import type { Settings } from './domain/make-interaction.js';
import { currencyOf } from './domain/money.js';

const EXTRA = {
  /** A (source, messageId) is remembered for at least so long. */
  DEDUPE_DAYS: int({ default: 7, min: 1, max: 90 }),
  /** Records are kept for at least so long; the timeline ends there. */
  RETENTION_DAYS: int({ default: 395, min: 7, max: 3650 }),
  PARTITIONS_INTERVAL_MS: int({ default: 3_600_000, min: 1000, max: 86_400_000 }),
  /** Two letters of ISO 3166: how to read a telephone number without a country code. */
  DEFAULT_COUNTRY: str({ default: 'VN' }),
  /** ISO 4217 of money that comes without one; `none`: such money is not recorded. The Segment spec says US dollars. */
  DEFAULT_CURRENCY: str({ default: 'USD' }),
  /** IANA name: the clock of customers who say none, for targets in working hours. */
  DEFAULT_TIME_ZONE: str({ default: 'Asia/Ho_Chi_Minh' }),
  /** A JSON file with rows to add to the classification table, or to change in it: `{"Test Drive Booked": {"stage": "pre_purchase"}}`. */
  EVENT_TABLE: str({ default: 'none' }),
};

export type Config = ReturnType<typeof readConfig>;

/** @throws ConfigError, or an Error naming the variable, the event and the word that is wrong. */
export function readConfig(env: NodeJS.ProcessEnv = process.env) {
  const config = readServiceConfig('interactions', EXTRA, env);
  if (!isTimeZone(config.defaultTimeZone)) throw new Error('DEFAULT_TIME_ZONE must be the IANA name of a time zone');
  return { ...config, settings: readSettings(config) };
}

function readSettings(config: { defaultCountry: string; defaultCurrency: string; eventTable: string }): Settings {
  const currency = config.defaultCurrency === 'none' ? undefined : currencyOf(config.defaultCurrency);
  if (currency === undefined && config.defaultCurrency !== 'none')
    throw new Error('DEFAULT_CURRENCY must be three letters of ISO 4217, or none');
  return {
    defaultCountry: named('DEFAULT_COUNTRY', () => countryCode(config.defaultCountry)),
    defaultCurrency: currency,
    events:
      config.eventTable === 'none'
        ? new EventTable()
        : named('EVENT_TABLE', () => extendEventTable(JSON.parse(readFileSync(config.eventTable, 'utf8')))),
  };
}

function named<T>(variable: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${variable}: ${(error as Error).message}`, { cause: error });
  }
}
