import { CHANNELS, COMPLEXITIES, HANDLINGS, SENSITIVITIES, STAGES, TOUCHPOINTS } from '@rapport/contracts';
import type { JsonSchema } from './door.js';

const words = (values: readonly string[]) => ({ type: 'string', enum: values });
const object = (properties: Readonly<Record<string, object>>, description?: string): JsonSchema => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
  ...(description === undefined ? {} : { description }),
});
const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });
const list = (items: object, description?: string) => ({ type: 'array', items, ...(description === undefined ? {} : { description }) });

const COUNT = { type: 'integer', minimum: 0 };
const NUMBER = { type: 'number' };
const SHARE = { type: 'number', minimum: 0, maximum: 1 };
const SHARE_OR_NULL = { type: ['number', 'null'], minimum: 0, maximum: 1 };
const SECONDS = { type: ['integer', 'null'], minimum: 0, description: 'Median, from logarithmic buckets (see `method.medianErrorMax`).' };
const INTERVAL = { type: 'array', items: NUMBER, minItems: 2, maxItems: 2, description: '95%.' };
const DATE = { type: 'string', format: 'date' };
const PERIOD = object({ from: DATE, to: { ...DATE, description: 'Not in the period.' } });
const PLACE = { stage: words(STAGES), touchpoint: words(TOUCHPOINTS) };
const SHARE_OF = { n: COUNT, share: SHARE, interval: INTERVAL };
const SATISFACTION = {
  csat: orNull(object(SHARE_OF, 'Share of 4 and 5 on 1–5.')),
  ces: orNull(object({ ...SHARE_OF, mean: NUMBER }, 'Mean on 1–7, and the share of 5 to 7.')),
  nps: orNull(object({ n: COUNT, score: NUMBER, interval: INTERVAL }, '% of 9 and 10 less % of 0 to 6.')),
};
const KIND = { complexity: words(['unknown', ...COMPLEXITIES]), sensitivity: words(SENSITIVITIES) };
const MONEY = object({ currency: { type: 'string', pattern: '^[A-Z]{3}$' }, amount: { type: 'string' } });

const FIGURES = {
  interactions: { ...COUNT, description: 'Each counted under its own kind.' },
  contacts: {
    ...COUNT,
    description: 'All interactions with one customer on one channel within the same hour are one contact, of the hardest kind among them.',
  },
  contactsByHandling: { type: 'object', additionalProperties: COUNT },
  cost: MONEY,
  costPerContact: orNull(MONEY),
  matters: { ...COUNT, description: 'Cases, and conversations without a case, that the customer opened here.' },
  resolved: COUNT,
  resolvedWithoutSwitch: COUNT,
  withoutSwitch: orNull(object({ share: SHARE, interval: INTERVAL }, 'Of the matters.')),
  medianSecondsToResolve: SECONDS,
  satisfaction: object(SATISFACTION),
  value: list(MONEY, 'Orders less refunds, per currency.'),
};

export const MAP_COMPONENTS: Readonly<Record<string, JsonSchema>> = {
  JourneyMap: object({
    period: PERIOD,
    segmentId: { type: ['string', 'null'], format: 'uuid' },
    journeys: object({ started: COUNT, dropped: COUNT, open: { ...COUNT, description: 'Heard of within the last 30 days.' } }),
    touchpoints: list(
      object({
        ...PLACE,
        visits: COUNT,
        starts: COUNT,
        again: { ...COUNT, description: 'Visits followed by one to the same touchpoint.' },
        dropped: { ...COUNT, description: 'Nothing followed within 30 days.' },
        open: COUNT,
        dropOff: { ...SHARE_OR_NULL, description: 'dropped / (visits − open)' },
        satisfaction: object({ ...SATISFACTION, tone: orNull(object({ n: COUNT, mean: NUMBER }, 'Mean sentiment of texts, -1 to 1.')) }),
      }),
    ),
    transitions: list(
      object({
        from: object(PLACE),
        to: object(PLACE),
        volume: COUNT,
        share: { ...SHARE, description: 'Of the visits to `from`.' },
        medianSeconds: SECONDS,
      }),
      'Most frequent first.',
    ),
    outcome: orNull(
      object({
        event: { type: 'string' },
        count: COUNT,
        ways: list(
          object({ steps: list(object(PLACE)), count: COUNT, share: SHARE }),
          'The last touchpoints before it, the last one being where it came about.',
        ),
        others: COUNT,
      }),
    ),
    method: object({ gapDays: COUNT, visitHours: COUNT, medianErrorMax: NUMBER }),
  }),
  ChannelReport: object({
    period: PERIOD,
    rows: list(object({ channel: words(CHANNELS), ...KIND, ...FIGURES })),
    channels: list(object({ channel: words(CHANNELS), ...FIGURES }), 'All kinds of matter together.'),
    guidance: list(
      object({ ...KIND, channel: words(CHANNELS), matters: COUNT, withoutSwitch: SHARE, costPerContact: orNull(MONEY) }),
      'For each kind of matter the channel that most surely resolves it without a switch; of equal ones the cheaper.',
    ),
    method: object({ contactHours: COUNT, medianErrorMax: NUMBER, guidanceMattersMin: COUNT }),
  }),
  ContactPrices: object({
    currency: { type: 'string', pattern: '^[A-Z]{3}$' },
    prices: {
      ...list(
        object({
          channel: words([...CHANNELS, '*']),
          handling: words([...HANDLINGS, '*']),
          amount: { type: 'string', pattern: '^\\d{1,9}(\\.\\d{1,6})?$' },
        }),
      ),
      maxItems: 500,
      description:
        'The closest row counts: channel and handling, the channel alone, the handling alone, both `*`. Without a row a contact costs nothing.',
    },
  }),
};
