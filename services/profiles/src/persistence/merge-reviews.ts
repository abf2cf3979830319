import { deriveId } from '@rapport/identifiers';
import { type Sql, textArray } from '@rapport/platform';
import type { HeldMerge } from '../domain/plan-batch.js';

/** One kiosk meets a whole town: so many pairs of it wait for a person at once, the others are counted by what they already have. */
const OPEN_OF_IDENTIFIER_MAX = 5;

const HOLD = `
  INSERT INTO merge_reviews (review_id, profile_id, other_id, type, value, obstacle, interaction_id, times, first_at, last_at, state)
  SELECT review_id, profile_id, other_id, type, value, obstacle, interaction_id, times, at, at, 'open'
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::integer[], $9::timestamptz[])
    AS new (review_id, profile_id, other_id, type, value, obstacle, interaction_id, times, at)
  WHERE EXISTS (SELECT FROM merge_reviews known WHERE known.review_id = new.review_id)
    OR (SELECT count(*) FROM merge_reviews r WHERE r.type = new.type AND r.value = new.value AND r.state = 'open') < $10
  ORDER BY review_id
  ON CONFLICT ON CONSTRAINT merge_reviews_pkey DO UPDATE SET times = merge_reviews.times + excluded.times,
    last_at = greatest(merge_reviews.last_at, excluded.last_at)`;

/** Two people and the identifier between them are one question, however often it comes up, and once answered it is not asked again. */
export const reviewIdOf = ({ profileId, otherId, identifier, obstacle }: HeldMerge): string =>
  deriveId(new Date(0), 'merge-review', [profileId, otherId].sort().join(), identifier.type, identifier.value, obstacle);

export async function holdMerges(sql: Sql, held: readonly HeldMerge[]): Promise<void> {
  if (held.length === 0) return;
  const rows = new Map<string, HeldMerge & { times: number }>();
  for (const one of held) {
    const id = reviewIdOf(one);
    rows.set(id, { ...one, times: (rows.get(id)?.times ?? 0) + 1 });
  }
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
  const values = sorted.map(([, one]) => one);
  await sql.query('merge-reviews-hold', HOLD, [
    sorted.map(([id]) => id),
    values.map(({ profileId }) => profileId),
    values.map(({ otherId }) => otherId),
    textArray(values.map(({ identifier }) => identifier.type)),
    textArray(values.map(({ identifier }) => identifier.value)),
    values.map(({ obstacle }) => obstacle),
    values.map(({ interactionId }) => interactionId),
    values.map(({ times }) => times),
    values.map(({ at }) => at),
    OPEN_OF_IDENTIFIER_MAX,
  ]);
}
