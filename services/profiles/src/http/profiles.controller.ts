import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { Profile } from '@rapport/contracts';
import { parseRef } from '@rapport/identifiers';
import { decodeCursor, encodeCursor, type Page, ProblemException } from '@rapport/platform';
import { type FoundProfile, type MergeRecord, PROFILE_QUERIES, type ProfileQueries } from '../pipeline/profile-queries.js';
import { ProfilesByIds } from './profiles.dto.js';
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

  private async find(ref: string): Promise<FoundProfile> {
    const parsed = parseRef(ref);
    if (parsed === undefined)
      throw new ProblemException(400, 'PROFILES_REF_INVALID', 'A profile is named by its id or by type:value.', [
        { pointer: '/ref', detail: 'neither an id nor type:value' },
      ]);
    const found = await this.profiles.byRef(parsed);
    if (found === undefined) throw new ProblemException(404, 'PROFILES_NOT_FOUND', 'There is no such profile.');
    return found;
  }
}
