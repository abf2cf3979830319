import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { Profile } from '@rapport/contracts';
import { parseRef, type ProfileRef } from '@rapport/identifiers';
import { decodeCursor, encodeCursor, type Page, ProblemException } from '@rapport/platform';
import {
  type ConsentRecord,
  type FoundProfile,
  type MergeRecord,
  PROFILE_QUERIES,
  type ProfileQueries,
} from '../pipeline/profile-queries.js';
import { ConsentHistoryDto, ProfilesByIds, ProfilesByRefs } from './profiles.dto.js';
import { readProfileSearch } from './profile-search.js';

interface Reply {
  header(name: string, value: string): unknown;
}

@Controller('internal/v1/profiles')
export class ProfilesController {
  constructor(@Inject(PROFILE_QUERIES) private readonly profiles: ProfileQueries) {}

  /** `?trait.plan=pro&trait.country=VN&limit=50&cursor=…`: living profiles that have all of these traits, by id. */
  @Get()
  async search(@Query() query: Record<string, unknown>): Promise<Page<Profile>> {
    const { conditions, limit, after } = readProfileSearch(query, decodeCursor);
    const data = await this.profiles.search(conditions, after, limit);
    return { data, nextCursor: data.length < limit ? null : encodeCursor({ after: data.at(-1)!.id }) };
  }

  /** A merged id answers with its survivor; unknown ids are left out. */
  @Post('by-ids')
  @HttpCode(200)
  async byIds(@Body() { ids }: ProfilesByIds): Promise<{ data: Profile[] }> {
    return { data: await this.profiles.byIds(ids) };
  }

  /** In the order asked for, with null for whom nobody knows. `redirected`: the ref was an id that has been merged away. */
  @Post('by-refs')
  @HttpCode(200)
  async byRefs(@Body() { refs }: ProfilesByRefs): Promise<{ data: readonly (FoundProfile | null)[] }> {
    const found = await this.profiles.byRefs(refs.map((ref, index) => parsed(ref, `/refs/${index}`)));
    return { data: found.map((one) => one ?? null) };
  }

  @Get(':ref')
  async one(@Param('ref') ref: string, @Res({ passthrough: true }) reply: Reply): Promise<Profile> {
    const { profile, redirected } = await this.find(ref);
    if (redirected) reply.header('content-location', `/v1/profiles/${profile.id}`);
    return profile;
  }

  /** Everything that became part of this profile, oldest first. */
  @Get(':ref/merges')
  async merges(@Param('ref') ref: string): Promise<Page<MergeRecord>> {
    const { profile } = await this.find(ref);
    return { data: await this.profiles.lineageOf(profile.id), nextCursor: null };
  }

  /** Every consent, refusal and request that this person ever gave, newest first, with its evidence. */
  @Get(':ref/consents')
  async consents(@Param('ref') ref: string, @Query() { cursor, limit, purpose, channel }: ConsentHistoryDto): Promise<Page<ConsentRecord>> {
    const after = cursor === undefined ? undefined : consentPosition(cursor);
    const { profile } = await this.find(ref);
    const found = await this.profiles.consentHistory([profile.id, ...profile.mergedFrom], { purpose, channel, limit: limit + 1, after });
    const data = found.slice(0, limit);
    const last = found.length > limit ? data.at(-1) : undefined;
    return { data, nextCursor: last === undefined ? null : encodeCursor({ at: last.at, id: last.interactionId }) };
  }

  private async find(ref: string): Promise<FoundProfile> {
    const found = await this.profiles.byRef(parsed(ref, '/ref'));
    if (found === undefined) throw new ProblemException(404, 'PROFILES_NOT_FOUND', 'There is no such profile.');
    return found;
  }
}

/** @throws 400 for what names nobody */
function parsed(ref: string, pointer: string): ProfileRef {
  const target = parseRef(ref);
  if (target) return target;
  throw new ProblemException(400, 'PROFILES_REF_INVALID', 'A profile is named by its id or by type:value.', [
    { pointer, detail: 'neither an id nor type:value' },
  ]);
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function consentPosition(cursor: string): { at: Date; interactionId: string } {
  const { at, id } = decodeCursor<{ at: string; id: string }>(cursor);
  const time = new Date(typeof at === 'string' ? at : Number.NaN);
  if (!Number.isNaN(time.getTime()) && typeof id === 'string' && UUID.test(id)) return { at: time, interactionId: id };
  const detail = 'The cursor is not one that this list has given out.';
  throw new ProblemException(400, 'PROFILES_CURSOR_INVALID', detail, [{ pointer: '/cursor', detail }]);
}
