import type { DataSource } from 'typeorm';
import type { ConsentHistoryQuery, ConsentRecord } from '../pipeline/profile-queries.js';

// Per profile a walk down its index: evidence stays with the profile that gave it, so that undoing a merge has nothing to sort out.
const HISTORY = `
  SELECT purpose, channel, state, at, source, wording, wording_version, actor, interaction_id, recorded_at FROM consent_evidence
  WHERE profile_id = ANY($1::uuid[]) AND (at, interaction_id) < ($2::timestamptz, $3::uuid)
    AND ($4::text IS NULL OR purpose = $4) AND ($5::text IS NULL OR channel = $5)
  ORDER BY at DESC, interaction_id DESC LIMIT $6`;
const TOP = { at: new Date('9999-12-31T23:59:59.999Z'), interactionId: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };

interface Row extends Pick<ConsentRecord, 'purpose' | 'channel' | 'state' | 'source' | 'wording' | 'actor'> {
  readonly at: Date;
  readonly wording_version: string | null;
  readonly interaction_id: string;
  readonly recorded_at: Date;
}

export async function readConsentHistory(
  dataSource: DataSource,
  profileIds: readonly string[],
  { purpose, channel, limit, after = TOP }: ConsentHistoryQuery,
): Promise<ConsentRecord[]> {
  const values = [profileIds, after.at, after.interactionId, purpose ?? null, channel ?? null, limit];
  return (await dataSource.query<Row[]>(HISTORY, values)).map(({ at, wording_version, interaction_id, recorded_at, ...rest }) => ({
    ...rest,
    at: at.toISOString(),
    wordingVersion: wording_version,
    interactionId: interaction_id,
    recordedAt: recorded_at.toISOString(),
  }));
}
