import { RELATIONSHIP_TYPES, type EngagementModel, type RelationshipType } from '@rapport/contracts';
import type { Snapshot } from '../snapshot.js';
import { modelOf } from './engagement.js';
import { PRIOR_WEIGHT } from './evidence-table.js';
import type { RelationshipEvidence } from './evidence.js';
import { lifecycleOf, type Lifecycle } from './lifecycle.js';
import { round, scoreEvidence, type Scored, type Scores } from './scores.js';

/** The last evaluation of one customer, as it is stored. */
export interface Classification extends Choice {
  readonly scores: Scores;
  readonly model: EngagementModel;
  readonly lifecycle: Lifecycle;
  /** Epoch milliseconds. */
  readonly evaluatedAt: number;
  /** What was last published: the next one has to differ by something that matters. */
  readonly published?: Published | undefined;
}

interface Choice {
  readonly primary: RelationshipType;
  readonly confidence: number;
  /** `few`: the primary is a default, so the first real answer needs no second evaluation. */
  readonly basis: 'declared' | 'evidence' | 'few';
  /** The type that led the primary by enough at the last evaluation: if it does so again, it takes over. */
  readonly challenger?: RelationshipType | undefined;
}

interface Published {
  readonly version: number;
  readonly primary: RelationshipType;
  readonly confidence: number;
  readonly scores: Scores;
  readonly model: EngagementModel;
  readonly stage: Lifecycle['stage'];
}

export const FEW = 3;
const LEAD = 0.1;
const FEW_CONFIDENCE = 0.3;
const DECLARED_CONFIDENCE = 0.95;
const SURE_LEAD = 0.3;
/** A score or the confidence has to move by this much to be worth a fact. */
export const PUBLISH_STEP = 0.1;

/** One evaluation. Depends on the evidence, the snapshot, the instant, and, for the hysteresis only, on the evaluation before. */
export function classify(
  before: Classification | undefined,
  evidence: RelationshipEvidence,
  snapshot: Snapshot | undefined,
  t: number,
): Classification {
  const agentDeclared = snapshot?.agentId !== undefined;
  const scored = scoreEvidence(evidence, agentDeclared, t);
  return {
    ...choosePrimary(before, scored, agentDeclared),
    scores: scored.scores,
    model: modelOf(snapshot),
    lifecycle: lifecycleOf(before?.lifecycle, snapshot, t),
    evaluatedAt: t,
    published: before?.published,
  };
}

function choosePrimary(before: Choice | undefined, scored: Scored, agentDeclared: boolean): Choice {
  const { scores } = scored;
  if (agentDeclared) return { primary: 'dedicated_assistance', confidence: DECLARED_CONFIDENCE, basis: 'declared' };
  if (scored.interactions < FEW)
    return { primary: 'transactional', confidence: round(Math.min(FEW_CONFIDENCE, confidenceIn(scored, 'transactional'))), basis: 'few' };
  const leader = RELATIONSHIP_TYPES.reduce((best, type) => (scores[type] > scores[best] ? type : best));
  const kept = before?.basis === 'evidence' ? before.primary : leader;
  const challenger = scores[leader] - scores[kept] > LEAD ? leader : undefined;
  const primary = challenger !== undefined && before?.challenger === challenger ? challenger : kept;
  return {
    primary,
    confidence: confidenceIn(scored, primary),
    challenger: primary === challenger ? undefined : challenger,
    basis: 'evidence',
  };
}

function confidenceIn({ scores, mass }: Scored, primary: RelationshipType): number {
  let second = 0;
  for (const type of RELATIONSHIP_TYPES) if (type !== primary) second = Math.max(second, scores[type]);
  const lead = Math.max(0, scores[primary] - second);
  return round((mass / (mass + PRIOR_WEIGHT)) * (0.5 + 0.5 * Math.min(1, lead / SURE_LEAD)));
}

/** Whether somebody who read the last published fact would now be misled. */
export function isNews({ primary, confidence, scores, model, lifecycle, published }: Classification): boolean {
  if (!published) return true;
  const moved = (before: number, now: number): boolean => Math.abs(before - now) >= PUBLISH_STEP;
  return (
    published.primary !== primary ||
    published.model !== model ||
    published.stage !== lifecycle.stage ||
    moved(published.confidence, confidence) ||
    RELATIONSHIP_TYPES.some((type) => moved(published.scores[type], scores[type]))
  );
}

/** The same classification, marked as published under the next version. */
export function markPublished(one: Classification): Classification {
  const { primary, confidence, scores, model, lifecycle } = one;
  return { ...one, published: { version: (one.published?.version ?? 0) + 1, primary, confidence, scores, model, stage: lifecycle.stage } };
}
