import { ref } from './components.js';
import { Door, type JsonSchema } from './door.js';

const words = (values: readonly string[], more: object = {}) => ({ type: 'string', enum: values, ...more });
const number = (description: string) => ({ type: ['number', 'null'], description });
const interval = (description: string) => ({
  anyOf: [
    { type: 'object', required: ['low', 'high'], properties: { low: { type: 'number' }, high: { type: 'number' } } },
    { type: 'null' },
  ],
  description,
});
const count = (description: string) => ({ type: 'integer', minimum: 0, description });

const FIGURE = {
  n: count('How many answers.'),
  value: number('CSAT: the share of 4–5 on 1–5. CES: the mean on 1–7. NPS: % of 9–10 minus % of 0–6. null without an answer.'),
  interval: interval('95% of `value`: Wilson’s score for a share, the standard error for a mean and for NPS.'),
  share: number('CES only: the share of 5–7.'),
  shareInterval: interval('CES only: 95% of `share` (Wilson).'),
  promoters: count('NPS only: 9–10.'),
  passives: count('NPS only: 7–8.'),
  detractors: count('NPS only: 0–6.'),
  scores: { type: 'object', additionalProperties: { type: 'integer' }, description: 'How often each score was given.' },
};
const FIGURE_MEMBERS = ['n', 'value', 'interval', 'scores'];

export const SATISFACTION_COMPONENTS: Readonly<Record<string, JsonSchema>> = {
  SatisfactionFigure: { type: 'object', required: FIGURE_MEMBERS, properties: FIGURE },
  Satisfaction: {
    type: 'object',
    required: ['metric', 'by', 'confidence', 'total', 'data', 'nextCursor'],
    properties: {
      metric: words(['csat', 'ces', 'nps']),
      by: words(['touchpoint', 'channel', 'handling', 'period']),
      confidence: { type: 'number', const: 0.95 },
      total: ref('SatisfactionFigure'),
      data: {
        type: 'array',
        description: 'By key.',
        items: {
          type: 'object',
          required: ['key', ...FIGURE_MEMBERS],
          properties: { key: { type: 'string', description: 'A word of the dimension, or the first day of the period.' }, ...FIGURE },
        },
      },
      nextCursor: { type: 'null', description: 'All groups are on one page; there are at most 1,000.' },
    },
  },
};

const DELIVERY = { n: 5, value: 0.8, interval: { low: 0.3755, high: 0.9638 }, scores: { 1: 0, 2: 1, 3: 0, 4: 2, 5: 2 } };

export const SATISFACTION_DOORS = {
  read: Door({
    scope: 'profiles:read',
    summary: 'CSAT, CES or NPS, with how sure it is',
    description:
      'Every `Survey Answered`, whichever channel it came by: `properties.survey` (`csat`, `ces`, `nps`), `score`, and the `touchpoint`, `channel` and `handling` that were asked about. ' +
      'A score that is not on the scale is no answer. Counted by the time of the answer.',
    query: {
      metric: { description: 'Which figure.', schema: words(['csat', 'ces', 'nps']), required: true },
      by: { description: 'What to compare.', schema: words(['touchpoint', 'channel', 'handling', 'period'], { default: 'touchpoint' }) },
      period: {
        description: 'With `by=period`: how long one is.',
        schema: words(['day', 'week', 'month', 'quarter', 'year'], { default: 'month' }),
      },
      from: { description: 'Answered at or after: a day (UTC), or an instant.', schema: { type: 'string', examples: ['2026-01-01'] } },
      to: { description: 'Answered before.', schema: { type: 'string', examples: ['2026-02-01'] } },
      segment: { description: 'Id or name of a segment: only the answers of who is in it now.' },
    },
    answer: {
      status: 200,
      description: 'One figure per group, and one over all.',
      schema: ref('Satisfaction'),
      example: {
        metric: 'csat',
        by: 'touchpoint',
        confidence: 0.95,
        total: DELIVERY,
        data: [{ key: 'delivery', ...DELIVERY }],
        nextCursor: null,
      },
    },
    problems: [400, 404],
  }),
} as const;
