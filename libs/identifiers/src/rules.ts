const DAY_MS = 86_400_000;

/** How one type of identifier takes part in identity resolution. */
export interface IdentifierRule {
  /** Higher is stronger. The strongest one is the subject of an interaction; the weakest one is dropped first when a merge would break a limit. */
  readonly priority: number;
  /**
   * How many values of this type one profile may hold. It is 1 nearly everywhere, and that is what keeps 200 people at one kiosk (one
   * anonymousId, device or phone, each with an own userId or e-mail) 200 people: the second person's e-mail does not fit into the first one's profile.
   */
  readonly limit: number;
  /**
   * The limit that holds instead when the interaction reaches the profile by a *stronger* identifier: someone who is signed in (userId) may
   * use a second e-mail address or a tenth browser, whereas two addresses that only share a browser may be two people.
   */
  readonly limitByStronger: number;
  /** When given, only values first seen within this time count towards the limit (browsers and devices come and go). */
  readonly windowMs?: number;
}

const rule = (priority: number, limit: number, limitByStronger = limit, windowMs?: number): IdentifierRule =>
  Object.freeze(windowMs === undefined ? { priority, limit, limitByStronger } : { priority, limit, limitByStronger, windowMs });

/**
 * The table of identity: read it from top to bottom, strongest first. A type that is not listed follows `DEFAULT_IDENTIFIER_RULE`.
 * Configuration may override any row (`identifierRules`).
 */
// biome-ignore format: a table is read by its columns
export const IDENTIFIER_RULES: Readonly<Record<string, IdentifierRule>> = Object.freeze({
  //                    priority  limit  by a stronger one
  // ids that the company itself gave to one person
  userId:            rule(100,    1),
  customerId:        rule(95,     1),
  crmId:             rule(92,     1,     3),
  loyaltyId:         rule(90,     1,     3),
  // addresses that a person owns, and now and then changes
  email:             rule(80,     1,     5),
  phone:             rule(70,     1,     5),
  // accounts at a channel: one per person and provider, more when a stronger identifier says so
  zaloId:            rule(60,     1,     3),
  messengerId:       rule(59,     1,     3),
  whatsapp:          rule(58,     1,     3),
  telegramId:        rule(57,     1,     3),
  slackId:           rule(56,     1,     3),
  forumId:           rule(55,     1,     3),
  fax:               rule(50,     1,     3),
  // what a person owns many of, and others report on: a carrier knows the order, not who placed it
  orderId:           rule(25,     1_000),
  // things that a person uses, and may share
  deviceId:          rule(20,     1,     50,    180 * DAY_MS),
  advertisingId:     rule(18,     1,     50,    180 * DAY_MS),
  pushToken:         rule(16,     1,     50,    180 * DAY_MS),
  anonymousId:       rule(10,     1,     100,   180 * DAY_MS),
});

/** A type that the table does not know: weaker than any address, stronger than a device. */
export const DEFAULT_IDENTIFIER_RULE: IdentifierRule = rule(30, 1, 5);

/** Other spellings of the listed types, in lower case without `_`, `-` and `.`: `user_id`, `phone_number`, `android.id` … */
// biome-ignore format: a table is read by its columns
const SPELLINGS: Readonly<Record<string, string>> = Object.freeze({
  ...Object.fromEntries(Object.keys(IDENTIFIER_RULES).map((type) => [type.toLowerCase(), type])),
  phonenumber: 'phone', mobile: 'phone', mobilephone: 'phone', tel: 'phone', emailaddress: 'email', mail: 'email',
  zalo: 'zaloId', zalouserid: 'zaloId', messenger: 'messengerId', psid: 'messengerId', whatsappid: 'whatsapp', waid: 'whatsapp',
  telegram: 'telegramId', telegramchatid: 'telegramId', slack: 'slackId', faxnumber: 'fax', anonid: 'anonymousId',
  androidid: 'deviceId', iosid: 'deviceId', androididfa: 'advertisingId', iosidfa: 'advertisingId', androidpushtoken: 'pushToken', iospushtoken: 'pushToken',
});

const TYPE = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/** The one spelling of a type's name, or undefined when it cannot be one (≤64 of `A–Z a–z 0–9 _ . -`, a letter first). */
export function identifierType(name: string): string | undefined {
  if (Object.hasOwn(IDENTIFIER_RULES, name)) return name;
  if (!TYPE.test(name)) return undefined;
  const spelling = name.toLowerCase().replaceAll(/[_.-]/g, '');
  return Object.hasOwn(SPELLINGS, spelling) ? SPELLINGS[spelling] : name;
}

/** The rule of a type; `rules` as from `identifierRules`. */
export function ruleOf(type: string, rules: Readonly<Record<string, IdentifierRule>> = IDENTIFIER_RULES): IdentifierRule {
  return Object.hasOwn(rules, type) ? rules[type]! : DEFAULT_IDENTIFIER_RULE;
}

/**
 * The table with an operator's changes, e.g. `{"email": {"limit": 2}, "memberNo": {"priority": 93}}`.
 * @throws RangeError naming the type and the field when a number is not usable.
 */
export function identifierRules(overrides: Readonly<Record<string, Partial<IdentifierRule>>>): Readonly<Record<string, IdentifierRule>> {
  const rules: Record<string, IdentifierRule> = { ...IDENTIFIER_RULES };
  for (const [type, override] of Object.entries(overrides)) {
    const merged = { ...ruleOf(type), ...override };
    for (const [field, value] of Object.entries(merged)) {
      if (!Number.isSafeInteger(value) || value < (field === 'priority' ? 0 : 1))
        throw new RangeError(`identifier rule ${type}.${field} must be a positive whole number, not ${value}`);
    }
    rules[type] = Object.freeze({ ...merged, limitByStronger: Math.max(merged.limit, merged.limitByStronger) });
  }
  return Object.freeze(rules);
}
