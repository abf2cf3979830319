import type { CustomerClassified } from '@rapport/contracts';
import type { Customer } from '../customer.js';
import { iso } from '../windows.js';
import { classify, FEW } from './classification.js';
import { engagementReasons } from './engagement.js';
import { MODEL_VERSION } from './evidence-table.js';
import { reasonsOf } from './scores.js';

/**
 * The wire shape of a customer's classification, with its reasons. They are told from the evidence, as of the evaluation, when somebody asks. Of a customer
 * who was never evaluated it is what is thought of somebody unknown, and its version is 1.
 */
export function presentClassification({
  profileId,
  classification,
  evidence,
  snapshot,
  evaluatedAt: standsAt,
}: Customer): CustomerClassified {
  const one = classification ?? classify(undefined, evidence, snapshot, standsAt);
  const { primary, confidence, scores, basis, model, lifecycle } = one;
  const few = basis === 'few' ? [`fewer than ${FEW} interactions: transactional until more is known`] : [];
  const reasons = [...few, ...reasonsOf(evidence, basis === 'declared', one.evaluatedAt)];
  const evaluatedAt = iso(one.evaluatedAt);
  return {
    profileId,
    version: one.published?.version ?? 1,
    at: evaluatedAt,
    relationshipType: { primary, confidence, scores, reasons, evaluatedAt, modelVersion: MODEL_VERSION },
    engagementModel: { model, reasons: engagementReasons(snapshot) },
    lifecycle: { stage: lifecycle.stage, since: iso(lifecycle.since), reason: lifecycle.reason },
  };
}
