import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL, sqlOf } from '@rapport/platform';
import type pg from 'pg';

export interface Membership {
  readonly profileId: string;
  readonly segmentId: string;
  readonly name: string;
  /** Of the fact that told it: a larger one is newer. */
  readonly sequence: number;
}

const MEMBERSHIPS = `
  SELECT m.profile_id AS "profileId", m.segment_id AS "segmentId", s.name, m.sequence
  FROM memberships m JOIN segments s USING (segment_id) WHERE m.profile_id = ANY($1::uuid[]) ORDER BY m.profile_id, m.segment_id`;

/** Who is in which segments, for many customers at once. */
@Injectable()
export class MembershipReader {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  of(profileIds: readonly string[]): Promise<Membership[]> {
    return sqlOf(this.pool).query<Membership>('segmentation-memberships-of', MEMBERSHIPS, [profileIds]);
  }
}
