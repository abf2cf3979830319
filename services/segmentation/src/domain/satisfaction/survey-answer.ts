import { CHANNELS, HANDLINGS, TOUCHPOINTS } from '@rapport/contracts';
import type { Behaviour } from '../behaviour.js';
import { step } from '../behaviour.js';

export const METRICS = ['csat', 'ces', 'nps'] as const;
export type Metric = (typeof METRICS)[number];

/** The whole numbers that can be answered. */
export const SCALES: Readonly<Record<Metric, readonly [least: number, most: number]>> = { csat: [1, 5], ces: [1, 7], nps: [0, 10] };

/** One answer, and what it is about: the touchpoint, channel and handling that were asked about, not those of the survey itself. */
export interface SurveyAnswer {
  readonly metric: Metric;
  readonly score: number;
  readonly touchpoint: string;
  readonly channel: string;
  readonly handling: string;
}

/** Properties in which senders name the kind of survey; the first that is one counts. */
const METRIC_IN = ['survey', 'surveyType', 'survey_type', 'metric', 'scale', 'type'] as const;

/** @returns undefined for everything that is no answer on a scale: another event, an unknown survey, a score beside the scale. */
export function surveyAnswerOf({ event, body }: Behaviour): SurveyAnswer | undefined {
  if (event !== 'Survey Answered') return undefined;
  const metric = METRIC_IN.map((name) => metricOf(step(body.properties, name))).find((one) => one !== undefined);
  const score = metric && scoreOf(step(body.properties, 'score'), metric);
  if (metric === undefined || score === undefined) return undefined;
  const about = (name: 'touchpoint' | 'channel' | 'handling', words: readonly string[]): string => {
    const stated = step(body.properties, name);
    return typeof stated === 'string' && words.includes(stated) ? stated : (body[name] ?? 'none');
  };
  return {
    metric,
    score,
    touchpoint: about('touchpoint', TOUCHPOINTS),
    channel: about('channel', CHANNELS),
    handling: about('handling', HANDLINGS),
  };
}

function metricOf(value: unknown): Metric | undefined {
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  return METRICS.find((metric) => metric === word);
}

/** Who answers by SMS or in a form sends digits as text. */
function scoreOf(value: unknown, metric: Metric): number | undefined {
  const score = typeof value === 'string' && /^\d{1,2}$/.test(value.trim()) ? Number(value) : value;
  const [least, most] = SCALES[metric];
  return typeof score === 'number' && Number.isInteger(score) && score >= least && score <= most ? score : undefined;
}
