import {
  CHANNELS,
  type Channel,
  COMPLEXITIES,
  DIRECTIONS,
  FUNCTIONS,
  HANDLINGS,
  SENSITIVITIES,
  STAGES,
  TOUCHPOINTS,
} from '@rapport/contracts';
import { ECOMMERCE, ECOMMERCE_V1_NAMES } from './ecommerce.js';
import { type Attributes, type EventRow, type EventRows, UNKNOWN_EVENT } from './event-row.js';
import { EMAIL, LIVE_CHAT, OTHER_MESSAGES } from './messages.js';
import { CALLS, DELIVERY, PLACES } from './people-and-places.js';
import { B2B_SAAS, MOBILE, OTHER_USE } from './product-use.js';
import { CASES, COMMUNITY, RELATIONSHIP, SURVEYS } from './service.js';

/** The whole classification table, by event name. */
// biome-ignore format: one list
export const EVENT_ROWS: EventRows = Object.freeze({
  ...ECOMMERCE, ...EMAIL, ...LIVE_CHAT, ...B2B_SAAS, ...MOBILE, ...OTHER_USE, ...OTHER_MESSAGES, ...CALLS, ...PLACES, ...DELIVERY,
  ...CASES, ...SURVEYS, ...COMMUNITY, ...RELATIONSHIP,
});

/** What is called other than `track` has a name of its own. */
export const EVENT_OF_CALL = {
  identify: 'Customer Identified',
  page: 'Page Viewed',
  screen: 'Screen Viewed',
  group: 'Account Joined',
  alias: 'Customer Aliased',
} as const;

/** The allowed words of each attribute (DOMAIN §1). */
export const ATTRIBUTE_WORDS = {
  direction: new Set<string>(DIRECTIONS),
  stage: new Set<string>(STAGES),
  touchpoint: new Set<string>(TOUCHPOINTS),
  function: new Set<string>(FUNCTIONS),
  handling: new Set<string>(HANDLINGS),
  complexity: new Set<string>(COMPLEXITIES),
  sensitivity: new Set<string>(SENSITIVITIES),
} as const satisfies Record<keyof Attributes, ReadonlySet<string>>;
export const CHANNEL_WORDS: ReadonlySet<string> = new Set(CHANNELS);

export interface KnownEvent {
  /** The standard name, however the sender spelled it. */
  readonly name: string;
  readonly row: EventRow;
}

/** Finds the row of an event: by its exact name, or else without regard to case, `_`, `-` and camel case (`order_completed`, `orderCompleted`). */
export class EventTable {
  private readonly exact = new Map<string, KnownEvent>();
  private readonly spelled = new Map<string, KnownEvent>();

  constructor(rows: EventRows = EVENT_ROWS, aliases: Readonly<Record<string, string>> = ECOMMERCE_V1_NAMES) {
    for (const [name, row] of Object.entries(rows))
      this.add(name, { name, row: { direction: 'inbound', handling: 'none', sensitivity: 'normal', ...row } });
    for (const [alias, name] of Object.entries(aliases)) {
      const known = this.exact.get(name);
      if (known !== undefined) this.add(alias, known);
    }
  }

  private add(name: string, known: KnownEvent): void {
    this.exact.set(name, known);
    this.spelled.set(spelling(name), known);
  }

  /** An unknown event keeps its name and gets the row of honest defaults. */
  find(name: string): KnownEvent {
    return this.exact.get(name) ?? this.spelled.get(spelling(name)) ?? { name, row: UNKNOWN_EVENT };
  }

  has(name: string): boolean {
    return this.exact.has(name);
  }
}

function spelling(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[\s_\-.]+/g, ' ')
    .trim()
    .toLowerCase();
}

/**
 * The table with an operator's rows added or changed, as read from a JSON file of the same shape.
 * @throws RangeError naming the event, the field and the word that is not one of DOMAIN's.
 */
export function extendEventTable(additions: unknown): EventTable {
  if (typeof additions !== 'object' || additions === null || Array.isArray(additions))
    throw new RangeError('an event table is an object: event name to row');
  const rows: Record<string, EventRow> = { ...EVENT_ROWS };
  for (const [name, row] of Object.entries(additions as Record<string, unknown>)) {
    for (const fault of faultsOfRow(row)) throw new RangeError(`event "${name}": ${fault}`);
    rows[name] = { ...rows[name], ...(row as EventRow) };
  }
  return new EventTable(rows);
}

/** What is wrong with a row: nothing, for every row that uses only the fields and words of the table. */
export function faultsOfRow(row: unknown): string[] {
  if (typeof row !== 'object' || row === null) return ['a row is an object'];
  return Object.entries(row).flatMap(([field, value]) => {
    if (field === 'channel') return CHANNEL_WORDS.has(value as Channel) ? [] : [`channel cannot be "${String(value)}"`];
    if (field === 'on') return faultsOfChannels(value);
    if (field === 'value' || field === 'text')
      return Array.isArray(value) && value.every((path) => typeof path === 'string') ? [] : [`${field} is a list of property names`];
    if (field === 'refund') return typeof value === 'boolean' ? [] : ['refund is true or false'];
    return faultsOfAttribute(field, value);
  });
}

function faultsOfChannels(value: unknown): string[] {
  return Object.entries((value ?? {}) as Record<string, object>).flatMap(([channel, attributes]) => [
    ...(CHANNEL_WORDS.has(channel) ? [] : [`there is no channel "${channel}"`]),
    ...Object.entries(attributes ?? {}).flatMap(([field, word]) => faultsOfAttribute(field, word)),
  ]);
}

function faultsOfAttribute(field: string, word: unknown): string[] {
  if (!Object.hasOwn(ATTRIBUTE_WORDS, field)) return [`there is no field "${field}"`];
  return ATTRIBUTE_WORDS[field as keyof Attributes].has(word as string) ? [] : [`${field} cannot be "${String(word)}"`];
}
