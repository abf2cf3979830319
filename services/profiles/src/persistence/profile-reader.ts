import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Profile } from '@rapport/contracts';
import type { ProfileRef } from '@rapport/identifiers';
import { PG_POOL, type Sql, sqlOf } from '@rapport/platform';
import type pg from 'pg';
import { DataSource, In, IsNull, MoreThan } from 'typeorm';
import type { CompanySource } from '../domain/companies.js';
import { presentProfile } from '../domain/present-profile.js';
import { COMPANY_SOURCE } from '../pipeline/account-queries.js';
import type { ProfileState } from '../domain/profile-state.js';
import type {
  ConsentHistoryQuery,
  ConsentRecord,
  FoundProfile,
  MergeRecord,
  ProfileQueries,
  TraitCondition,
} from '../pipeline/profile-queries.js';
import { readConsentHistory } from './consent-history.js';
import { ProfileEntity } from './entities/profile.entity.js';
import { SearchableTraitEntity } from './entities/searchable-trait.entity.js';

/** For every asked id the id of the profile that stands for it now. Unknown ids have no row. */
const SURVIVORS = `
  WITH RECURSIVE chain AS (
    SELECT profile_id AS asked, profile_id, merged_into FROM profiles WHERE profile_id = ANY($1::uuid[])
    UNION ALL
    SELECT chain.asked, p.profile_id, p.merged_into FROM chain JOIN profiles p ON p.profile_id = chain.merged_into
  )
  SELECT asked, profile_id FROM chain WHERE merged_into IS NULL`;
/**
 * One row for each ref, in the order asked for; each has an id, or a type and a value. The arrays stand in a SELECT, where their length does not count
 * for the plan: otherwise PostgreSQL plans it anew every time, because a few rows look cheaper than the unknown number of a kept plan.
 */
const BY_REFS = `
  SELECT p.profile_id, p.version, p.state, p.merged_into
  FROM unnest((SELECT $1::uuid[]), (SELECT $2::text[]), (SELECT $3::text[])) WITH ORDINALITY AS asked (id, type, value, n)
  LEFT JOIN identifiers i ON i.type = asked.type COLLATE "C" AND i.value = asked.value COLLATE "C"
  LEFT JOIN profiles p ON p.profile_id = coalesce(asked.id, i.profile_id)
  ORDER BY asked.n`;
/** The profile that stands now for one that was merged. */
const SURVIVOR = `
  WITH RECURSIVE chain AS (
    SELECT profile_id, merged_into FROM profiles WHERE profile_id = $1
    UNION ALL
    SELECT p.profile_id, p.merged_into FROM chain JOIN profiles p ON p.profile_id = chain.merged_into
  )
  SELECT p.profile_id, p.version, p.state, p.merged_into FROM chain JOIN profiles p USING (profile_id) WHERE chain.merged_into IS NULL`;
/** Everything that ever became part of a profile, directly or through others, and what left it again. */
const LINEAGE = `
  WITH RECURSIVE lineage AS (
    SELECT merged_id FROM merges WHERE survivor_id = $1
    UNION
    SELECT m.merged_id FROM lineage JOIN merges m ON m.survivor_id = lineage.merged_id AND m.unmerged_at IS NULL
  )
  SELECT merged_id AS "mergedId", survivor_id AS "survivorId", CASE WHEN reason = 'identifiers' THEN interaction_id END AS "interactionId",
    reason, identifiers, at, unmerged_at AS "unmergedAt"
  FROM merges WHERE merged_id IN (SELECT merged_id FROM lineage) AND (survivor_id = $1 OR survivor_id IN (SELECT merged_id FROM lineage))
  ORDER BY at, recorded_at, merged_id LIMIT $2`;
const LINEAGE_MAX = 1_000;

@Injectable()
export class ProfileReader implements ProfileQueries {
  private readonly sql: Sql;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(PG_POOL) pool: pg.Pool,
    @Inject(COMPANY_SOURCE) private readonly companies: CompanySource,
  ) {
    this.sql = sqlOf(pool);
  }

  private readonly present = ({ profileId, version, state }: ProfileEntity): Profile =>
    presentProfile(profileId, version, state, this.companies);

  async byRef(ref: ProfileRef): Promise<FoundProfile | undefined> {
    return (await this.byRefs([ref]))[0];
  }

  /** One prepared statement, for every question about a customer begins here; a second one only for who was merged. */
  async byRefs(refs: readonly ProfileRef[]): Promise<(FoundProfile | undefined)[]> {
    const rows = await this.sql.query<FoundRow>('profiles-by-refs', BY_REFS, [
      refs.map((ref) => (ref.kind === 'id' ? ref.id : null)),
      refs.map((ref) => (ref.kind === 'id' ? null : ref.type)),
      refs.map((ref) => (ref.kind === 'id' ? null : ref.value)),
    ]);
    return Promise.all(rows.map((row) => this.found(row)));
  }

  private async found(asked: FoundRow): Promise<FoundProfile | undefined> {
    const redirected = asked.merged_into !== null;
    const [row] = redirected ? await this.sql.query<FoundRow>('profile-survivor', SURVIVOR, [asked.merged_into]) : [asked];
    if (row === undefined || row.profile_id === null) return undefined;
    return { profile: presentProfile(row.profile_id, row.version, row.state, this.companies), redirected };
  }

  async byIds(ids: readonly string[]): Promise<Profile[]> {
    const survivors = await this.survivorsOf(ids);
    const wanted = [...new Set(ids.map((id) => survivors.get(id)).filter((id) => id !== undefined))];
    return this.read(wanted);
  }

  async search(conditions: readonly TraitCondition[], after: string | undefined, limit: number): Promise<Profile[]> {
    const [first, ...others] = conditions;
    if (first === undefined) {
      const where = { mergedInto: IsNull(), ...(after && { profileId: MoreThan(after) }) };
      return (await this.dataSource.getRepository(ProfileEntity).find({ where, order: { profileId: 'ASC' }, take: limit })).map(
        this.present,
      );
    }
    const query = this.dataSource
      .createQueryBuilder(SearchableTraitEntity, 't')
      .select('t.profileId', 'profileId')
      .where('t.name = :name AND t.value = :value', first)
      .orderBy('t.profileId')
      .limit(limit);
    if (after !== undefined) query.andWhere('t.profileId > :after', { after });
    others.forEach(({ name, value }, index) => {
      query.innerJoin(
        SearchableTraitEntity,
        `t${index}`,
        `t${index}.profileId = t.profileId AND t${index}.name = :name${index} AND t${index}.value = :value${index}`,
        { [`name${index}`]: name, [`value${index}`]: value },
      );
    });
    return this.read((await query.getRawMany<{ profileId: string }>()).map(({ profileId }) => profileId));
  }

  async lineageOf(profileId: string): Promise<readonly MergeRecord[]> {
    return this.dataSource.query<MergeRecord[]>(LINEAGE, [profileId, LINEAGE_MAX]);
  }

  consentHistory(profileIds: readonly string[], query: ConsentHistoryQuery): Promise<readonly ConsentRecord[]> {
    return readConsentHistory(this.dataSource, profileIds, query);
  }

  private async read(ids: readonly string[]): Promise<Profile[]> {
    const rows = await this.dataSource.getRepository(ProfileEntity).findBy({ profileId: In(ids) });
    const byId = new Map(rows.map((row) => [row.profileId, row]));
    return ids
      .map((id) => byId.get(id))
      .filter((row) => row !== undefined)
      .map(this.present);
  }

  private async survivorsOf(ids: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.dataSource.query<{ asked: string; profile_id: string }[]>(SURVIVORS, [ids]);
    return new Map(rows.map((row) => [row.asked, row.profile_id]));
  }
}

type FoundRow =
  | { readonly profile_id: string; readonly version: number; readonly state: ProfileState; readonly merged_into: string | null }
  | { readonly profile_id: null; readonly merged_into: null };
