import { Body, Controller, Get, Inject, Param, ParseUUIDPipe, Post, Query, Res } from '@nestjs/common';
import { parseRef } from '@rapport/identifiers';
import { decodeCursor, encodeCursor, Idempotent, OperationId, type Page, ProblemException, StreamServer } from '@rapport/platform';
import { REFUSALS } from '../domain/identity-request.js';
import {
  IDENTITY_DESK,
  type IdentityDesk,
  type IdentityRequestView,
  type MergeReview,
  type NewIdentityRequest,
} from '../pipeline/identity-desk.js';
import { type FoundProfile, PROFILE_QUERIES, type ProfileQueries } from '../pipeline/profile-queries.js';
import { UnmergeReader } from '../pipeline/unmerge-reader.js';
import { MergeBody, ReviewQuery, UnmergeBody } from './identity.dto.js';

/** Less than a caller's patience; an un-merge of a long history may take longer, and then the answer says where to look. */
const WAIT_MS = 2_000;
const LOOK_EVERY_MS = 25;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface Reply {
  status(code: number): unknown;
}

/** What people decide about who is who. A decision is written down and becomes an input of the stream, so it has its effect once, in order. */
@Controller('internal/v1')
export class IdentityController {
  constructor(
    @Inject(IDENTITY_DESK) private readonly desk: IdentityDesk,
    @Inject(PROFILE_QUERIES) private readonly profiles: ProfileQueries,
    @Inject(StreamServer) private readonly stream: StreamServer,
    @Inject(UnmergeReader) private readonly reader: UnmergeReader,
  ) {}

  @Post('profiles/merge')
  @Idempotent()
  async merge(
    @Body() { profiles }: MergeBody,
    @OperationId() id: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<IdentityRequestView> {
    const [one, other] = [await this.find(profiles[0]!, '/profiles/0'), await this.find(profiles[1]!, '/profiles/1')];
    if (one.profile.id === other.profile.id) {
      const made = await this.desk.find(id); // asked before, and done meanwhile: the answer was lost
      if (made !== undefined) return this.answer(made, reply);
      throw refusal('SAME_PROFILE');
    }
    return this.ask({ id, kind: 'merge', reason: 'manual', profileId: one.profile.id, otherId: other.profile.id }, reply);
  }

  @Post('profiles/:ref/unmerge')
  @Idempotent()
  async unmerge(
    @Param('ref') ref: string,
    @Body() { mergedId }: UnmergeBody,
    @OperationId() id: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<IdentityRequestView> {
    const { profile } = await this.find(ref, '/ref');
    if (!profile.mergedFrom.includes(mergedId)) {
      const made = await this.desk.find(id); // asked before, and done meanwhile
      if (made !== undefined) return this.answer(made, reply);
      throw new ProblemException(404, 'PROFILES_NOT_MERGED', 'No such profile is merged into this one.', [
        { pointer: '/mergedId', detail: 'is not among `mergedFrom` of the profile' },
      ]);
    }
    return this.ask({ id, kind: 'unmerge', reason: 'manual', profileId: profile.id, otherId: mergedId }, reply);
  }

  @Get('identity-requests/:id')
  async request(@Param('id', ParseUUIDPipe) id: string): Promise<IdentityRequestView> {
    const found = await this.desk.find(id);
    if (found === undefined) throw new ProblemException(404, 'PROFILES_REQUEST_NOT_FOUND', 'There is no such request.');
    return found;
  }

  /** Merges that the rules held back, for a person to decide. */
  @Get('merge-reviews')
  async reviews(@Query() { state, limit, cursor }: ReviewQuery): Promise<Page<MergeReview>> {
    const after = cursor === undefined ? undefined : positionOf(cursor);
    const found = await this.desk.reviews(state, after, limit + 1);
    const data = found.slice(0, limit);
    return { data, nextCursor: found.length > limit ? encodeCursor({ after: data.at(-1)!.id }) : null };
  }

  @Post('merge-reviews/:id/approve')
  @Idempotent()
  approve(
    @Param('id', ParseUUIDPipe) id: string,
    @OperationId() operation: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<IdentityRequestView> {
    return this.decide(id, operation, 'merge', reply);
  }

  @Post('merge-reviews/:id/reject')
  @Idempotent()
  reject(
    @Param('id', ParseUUIDPipe) id: string,
    @OperationId() operation: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<IdentityRequestView> {
    return this.decide(id, operation, 'separate', reply);
  }

  private async decide(reviewId: string, id: string, kind: 'merge' | 'separate', reply: Reply): Promise<IdentityRequestView> {
    const review = await this.desk.review(reviewId);
    if (review === undefined) throw new ProblemException(404, 'PROFILES_REVIEW_NOT_FOUND', 'There is no such merge review.');
    const { profileId, otherId } = review;
    if (!(await this.desk.decideReview(reviewId, { id, kind, reason: 'review', profileId, otherId }, new Date())))
      throw new ProblemException(409, 'PROFILES_REVIEW_DECIDED', 'The review is decided already, or being decided.');
    return this.outcome(id, reply);
  }

  private async ask(request: NewIdentityRequest, reply: Reply): Promise<IdentityRequestView> {
    await this.desk.ask(request, new Date());
    return this.outcome(request.id, reply);
  }

  private async outcome(id: string, reply: Reply): Promise<IdentityRequestView> {
    this.stream.wake();
    this.reader.wake();
    const until = Date.now() + WAIT_MS;
    for (;;) {
      const view = (await this.desk.find(id))!;
      if (view.status !== 'waiting' || Date.now() >= until) return this.answer(view, reply);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  private answer(view: IdentityRequestView, reply: Reply): IdentityRequestView {
    if (view.outcome?.kind === 'refused') throw refusal(view.outcome.code);
    reply.status(view.status === 'waiting' ? 202 : 200);
    return view;
  }

  private async find(ref: string, pointer: string): Promise<FoundProfile> {
    const parsed = parseRef(ref);
    if (parsed === undefined)
      throw new ProblemException(400, 'PROFILES_REF_INVALID', 'A profile is named by its id or by type:value.', [
        { pointer, detail: 'neither an id nor type:value' },
      ]);
    const found = await this.profiles.byRef(parsed);
    if (found === undefined)
      throw new ProblemException(404, 'PROFILES_NOT_FOUND', 'There is no such profile.', [
        { pointer, detail: 'names nobody who is known' },
      ]);
    return found;
  }
}

const refusal = (code: keyof typeof REFUSALS): ProblemException => new ProblemException(409, `PROFILES_${code}`, REFUSALS[code]);

function positionOf(cursor: string): string {
  const { after } = decodeCursor<{ after: string }>(cursor);
  if (typeof after === 'string' && UUID.test(after)) return after;
  const detail = 'The cursor is not one that this list has given out.';
  throw new ProblemException(400, 'PROFILES_CURSOR_INVALID', detail, [{ pointer: '/cursor', detail }]);
}
