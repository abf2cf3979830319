import { ref } from './components.js';
import { Door } from './door.js';

const DAY = { type: 'string', format: 'date' };
const PERIOD = {
  from: { description: 'The first day (UTC), e.g. `2026-01-01`. 30 days before `to`, unless it is given.', schema: DAY },
  to: { description: 'The day after the last. Tomorrow, unless it is given. A period has at most 1,098 days.', schema: DAY },
};
const PICTURE = { Accept: '`image/svg+xml`: the same as a picture for a slide.' };
const HOW = 'Read from counts that are kept as interactions come in (a batch behind them), equal to a scan: late events, merges and all.';

const CSAT = { csat: { n: 412, share: 0.7, interval: [0.654, 0.742] }, ces: null, nps: null };
const WEBSITE = { stage: 'pre_purchase', touchpoint: 'website' };
const CHECKOUT = { stage: 'purchase', touchpoint: 'online_checkout' };
const FIGURES = {
  interactions: 5_120,
  contacts: 1_052,
  contactsByHandling: { human: 1_052 },
  cost: { currency: 'USD', amount: '6312.00' },
  costPerContact: { currency: 'USD', amount: '6.00' },
  matters: 793,
  resolved: 640,
  resolvedWithoutSwitch: 611,
  withoutSwitch: { share: 0.7705, interval: [0.7399, 0.7985] },
  medianSecondsToResolve: 431,
  satisfaction: CSAT,
  value: [],
};
const PRICES = {
  currency: 'USD',
  prices: [
    { channel: 'phone', handling: 'human', amount: '6.00' },
    { channel: '*', handling: '*', amount: '0.05' },
  ],
};

export const MAP_DOORS = {
  journeyMap: Door({
    scope: 'reports:read',
    summary: 'Where customers come from, get stuck, and leave',
    description: `Transitions between touchpoints across the stages, with volumes, median times, drop-off and satisfaction. ${HOW}`,
    query: {
      ...PERIOD,
      segment: {
        description: 'Only its present members, with all that they did in the period.',
        schema: { type: 'string', format: 'uuid' },
      },
      outcome: {
        description:
          'The name of an outcome, e.g. `Order Completed`: the ways to it are told. A name that is none is refused with the list.',
      },
    },
    headers: PICTURE,
    answer: {
      status: 200,
      description: 'The map.',
      schema: ref('JourneyMap'),
      example: {
        period: { from: '2026-01-01', to: '2026-02-01' },
        segmentId: null,
        journeys: { started: 3_912, dropped: 1_804, open: 2_108 },
        touchpoints: [
          {
            ...WEBSITE,
            visits: 5_600,
            starts: 3_100,
            again: 410,
            dropped: 1_150,
            open: 900,
            dropOff: 0.2447,
            satisfaction: { ...CSAT, tone: { n: 96, mean: 0.21 } },
          },
        ],
        transitions: [{ from: WEBSITE, to: CHECKOUT, volume: 1_360, share: 0.2429, medianSeconds: 2_760 }],
        outcome: {
          event: 'Order Completed',
          count: 1_480,
          ways: [{ steps: [WEBSITE, CHECKOUT], count: 210, share: 0.1419 }],
          others: 1_270,
        },
        method: { gapDays: 30, visitHours: 1, medianErrorMax: 0.1892 },
      },
    },
    problems: [400],
  }),
  channelReport: Door({
    scope: 'reports:read',
    summary: 'Where people and money belong',
    description: `For each channel and kind of matter (complexity × sensitivity): volume, cost, resolution without a switch, time to resolve, satisfaction, value. ${HOW}`,
    query: PERIOD,
    headers: PICTURE,
    answer: {
      status: 200,
      description: 'The report.',
      schema: ref('ChannelReport'),
      example: {
        period: { from: '2026-01-01', to: '2026-02-01' },
        rows: [{ channel: 'phone', complexity: 'guided', sensitivity: 'normal', ...FIGURES }],
        channels: [{ channel: 'phone', ...FIGURES }],
        guidance: [
          {
            complexity: 'guided',
            sensitivity: 'normal',
            channel: 'phone',
            matters: 793,
            withoutSwitch: 0.7705,
            costPerContact: { currency: 'USD', amount: '6.00' },
          },
        ],
        method: { contactHours: 1, medianErrorMax: 0.1892, guidanceMattersMin: 20 },
      },
    },
    problems: [400],
  }),
  prices: Door({
    scope: 'reports:read',
    summary: 'What a contact costs',
    answer: { status: 200, description: 'The price table.', schema: ref('ContactPrices'), example: PRICES },
  }),
  putPrices: Door({
    scope: 'reports:write',
    summary: 'Put the price table',
    description: 'Replaces it. Reports are reckoned with the table as it stands when they are asked for, whatever their period.',
    body: { schema: ref('ContactPrices'), examples: { ours: PRICES } },
    idempotent: true,
    answer: { status: 200, description: 'The price table.', schema: ref('ContactPrices'), example: PRICES },
    problems: [409, 422],
  }),
} as const;
