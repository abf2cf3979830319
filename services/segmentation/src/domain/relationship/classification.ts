import { RELATIONSHIP_TYPES, type CustomerClassified, type RelationshipType } from '@rapport/contracts';
import type { Snapshot } from '../snapshot.js';
import { iso } from '../windows.js';
import { engagementOf, type Engagement } from './engagement.js';
import { MODEL_VERSION, PRIOR_WEIGHT } from './evidence-table.js';
import type { RelationshipEvidence } from './evidence.js';
import { lifecycleOf, type Lifecycle } from './lifecycle.js';
import { round, scoreEvidence, type Scored, type Scores } from './scores.js';

/** The last evaluation of one customer, as it is stored. */
export interface Classification {
  readonly relationship: {
    readonly primary: RelationshipType;
    readonly confidence: number;
    readonly scores: Scores;
    readonly reasons: readonly string[];
    readonly evaluatedAt: string;
    /** The type that led the primary by enough at the last evaluation: if it does so again, it takes over. */
    readonly challenger?: RelationshipType | undefined;
    /** `few`: the primary is a default, so the first real answer needs no second evaluation. */
    readonly basis: 'declared' | 'evidence' | 'few';
  };
  readonly engagement: Engagement;
  readonly lifecycle: Lifecycle;
  /** What was last published: the next one has to differ by something that matters. */
  readonly published?: { readonly version: number; readonly primary: RelationshipType; readonly confidence: number; readonly scores: Scores; readonly model: string; readonly stage: string } | undefined;
}

const LEAD = 0.1;
const FEW = 3;
const FEW_CONFIDENCE = 0.3;
const DECLARED_CONFIDENCE = 0.95;
const SURE_LEAD = 0.3;
/** A score or the confidence has to move by this much to be worth a fact. */
export const PUBLISH_STEP = 0.1;

/** One evaluation. Depends on the evidence, the snapshot, the instant, and, for the hysteresis only, on the evaluation before. */
export function classify(before: Classification | undefined, evidence: RelationshipEvidence, snapshot: Snapshot | undefined, t: number): Classification {
  const agentDeclared = snapshot?.agentId !== undefined;
  const scored = scoreEvidence(evidence, agentDeclared, t);
  return {
    relationship: { ...choosePrimary(before?.relationship, scored, agentDeclared), scores: scored.scores, evaluatedAt: iso(t) },
    engagement: engagementOf(snapshot),
    lifecycle: lifecycleOf(before?.lifecycle, snapshot, t),
    published: before?.published,
  };
}

type Choice = Pick<Classification['relationship'], 'primary' | 'confidence' | 'challenger' | 'basis' | 'reasons'>;

function choosePrimary(before: Classification['relationship'] | undefined, scored: Scored, agentDeclared: boolean): Choice {
  const { scores } = scored;
  if (agentDeclared) return { primary: 'dedicated_assistance', confidence: DECLARED_CONFIDENCE, basis: 'declared', reasons: scored.reasons };
  if (scored.interactions < FEW) {
    const confidence = round(Math.min(FEW_CONFIDENCE, confidenceIn(scored, 'transactional')));
    return { primary: 'transactional', confidence, basis: 'few', reasons: [`fewer than ${FEW} interactions: transactional until more is known`, ...scored.reasons] };
  }
  const leader = RELATIONSHIP_TYPES.reduce((best, type) => (scores[type] > scores[best] ? type : best));
  const kept = before?.basis === 'evidence' ? before.primary : leader;
  const challenger = scores[leader] - scores[kept] > LEAD ? leader : undefined;
  const primary = challenger !== undefined && before?.challenger === challenger ? challenger : kept;
  return { primary, confidence: confidenceIn(scored, primary), challenger: primary === challenger ? undefined : challenger, basis: 'evidence', reasons: scored.reasons };
}

function confidenceIn({ scores, mass }: Scored, primary: RelationshipType): number {
  const second = Math.max(...RELATIONSHIP_TYPES.filter((type) => type !== primary).map((type) => scores[type]));
  const lead = Math.max(0, scores[primary] - second);
  return round((mass / (mass + PRIOR_WEIGHT)) * (0.5 + 0.5 * Math.min(1, lead / SURE_LEAD)));
}

/** Whether somebody who read the last published fact would now be misled. */
export function isNews({ relationship, engagement, lifecycle, published }: Classification): boolean {
  if (!published) return true;
  const moved = (before: number, now: number): boolean => Math.abs(before - now) >= PUBLISH_STEP;
  return (
    published.primary !== relationship.primary ||
    published.model !== engagement.model ||
    published.stage !== lifecycle.stage ||
    moved(published.confidence, relationship.confidence) ||
    RELATIONSHIP_TYPES.some((type) => moved(published.scores[type], relationship.scores[type]))
  );
}

/** The same classification, marked as published under the next version. */
export function markPublished(one: Classification): Classification {
  const { relationship, engagement, lifecycle } = one;
  const version = (one.published?.version ?? 0) + 1;
  return { ...one, published: { version, primary: relationship.primary, confidence: relationship.confidence, scores: relationship.scores, model: engagement.model, stage: lifecycle.stage } };
}

/** The wire shape. One that was never published has no version yet; its reader over HTTP is not told it. */
export function toCustomerClassified(profileId: string, one: Classification): CustomerClassified {
  const { primary, confidence, scores, reasons, evaluatedAt } = one.relationship;
  return {
    profileId,
    version: one.published?.version ?? 1,
    at: evaluatedAt,
    relationshipType: { primary, confidence, scores, reasons: [...reasons], evaluatedAt, modelVersion: MODEL_VERSION },
    engagementModel: { model: one.engagement.model, reasons: [...one.engagement.reasons] },
    lifecycle: { ...one.lifecycle },
  };
}
