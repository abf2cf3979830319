import type { Channel, Interaction } from '@rapport/contracts';
import { COMPLEXITY_RANK, HANDLING_RANK, type Place, placeOf, SENSITIVITY_RANK, STAGE_OF } from './codes.js';
import { type Answer, SCALES, type Scale } from './customer-path.js';
import { isOutcome } from './outcomes.js';
import { type MatterPart, matterPartOf } from './resolution.js';
import { moneyPartOf, type MoneyPart } from './money-part.js';

/** One interaction as the maps see it: no text, no identifiers, no properties. */
export interface Step {
  readonly at: number;
  readonly channel: Channel;
  readonly place: Place;
  readonly handling: number;
  readonly complexity: number;
  readonly sensitivity: number;
  /** Thousandths. */
  readonly tone: number | undefined;
  readonly outcome: string | undefined;
  readonly answer: Answer | undefined;
  readonly matter: MatterPart | undefined;
  readonly money: MoneyPart | undefined;
}

const REFERENCE_CHARS_MAX = 100;

/** @returns undefined for what has no readable time: a tolerant reader passes over it. */
export function stepOf(interaction: Interaction): Step | undefined {
  const at = Date.parse(interaction.at);
  if (!Number.isFinite(at)) return undefined;
  const { channel, event, sentiment } = interaction;
  return {
    at,
    channel,
    place: placeOf(interaction),
    handling: Math.max(0, HANDLING_RANK.indexOf(interaction.handling)),
    complexity: Math.max(0, COMPLEXITY_RANK.indexOf(interaction.complexity ?? 'unknown')),
    sensitivity: Math.max(0, SENSITIVITY_RANK.indexOf(interaction.sensitivity)),
    tone: typeof sentiment === 'number' ? Math.round(sentiment * 1000) : undefined,
    outcome: isOutcome(event) ? event : undefined,
    answer: event === 'Survey Answered' ? answerOf(interaction, at) : undefined,
    matter: matterPartOf(interaction),
    money: moneyPartOf(interaction),
  };
}

/** `properties: {score, scale?, touchpoint?}`. Without a scale it is CSAT, as in the profile. A score that is not on its scale is no answer. */
function answerOf({ properties, caseId, conversationId, stage }: Interaction, at: number): Answer | undefined {
  const { score, scale = 'csat', touchpoint } = properties;
  if (typeof score !== 'number' || typeof scale !== 'string' || !Object.hasOwn(SCALES, scale)) return undefined;
  const { min, max } = SCALES[scale as Scale];
  if (!Number.isInteger(score) || score < min || score > max) return undefined;
  const asked = typeof touchpoint === 'string' && Object.hasOwn(STAGE_OF, touchpoint) ? (touchpoint as keyof typeof STAGE_OF) : undefined;
  const reference = caseId ?? conversationId;
  return {
    at,
    scale: scale as Scale,
    score,
    place: asked && placeOf({ touchpoint: asked, stage: asked === 'survey' ? stage : undefined }),
    matter:
      reference === undefined ? undefined : `${caseId === undefined ? 'conversation' : 'case'}:${reference.slice(0, REFERENCE_CHARS_MAX)}`,
  };
}
