import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Profile } from '@rapport/contracts';
import type { Page } from '@rapport/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROFILE_DOORS } from './openapi/profile-doors.js';
import { ProfileRefs } from './profile-refs.js';
import { part, relay, Upstreams } from './upstreams.js';

/** The owner of the data checks them. */
type Filters = Readonly<Record<string, string>>;

/** What is known about people, put together from the services that own it. */
@Controller('v1/profiles')
@ApiTags('Profiles')
export class ProfilesController {
  constructor(
    private readonly upstreams: Upstreams,
    private readonly refs: ProfileRefs,
  ) {}

  @Get()
  @PROFILE_DOORS.find
  async find(@Query() { segment, ...query }: Filters, @Res({ passthrough: true }) reply: FastifyReply): Promise<Page<Profile>> {
    if (segment === undefined) return relay(reply, await this.upstreams.profiles.get<Page<Profile>>('/profiles', { query }));
    const { body: members } = await this.upstreams.segmentation.get<Page<{ profileId: string }>>(`/segments/${part(segment)}/members`, {
      query,
    });
    const ids = members.data.map(({ profileId }) => profileId);
    if (ids.length === 0) return { data: [], nextCursor: members.nextCursor };
    const { body: profiles } = await this.upstreams.profiles.post<{ data: Profile[] }>('/profiles/by-ids', { body: { ids } });
    return { data: profiles.data, nextCursor: members.nextCursor };
  }

  @Get(':ref')
  @PROFILE_DOORS.one
  one(@Param('ref') ref: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<Profile> {
    return this.refs.profile(ref, reply);
  }

  @Get(':ref/merges')
  @PROFILE_DOORS.merges
  async merges(@Param('ref') ref: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const { id } = await this.refs.profile(ref, reply);
    return relay(reply, await this.upstreams.profiles.get(`/profiles/${id}/merges`));
  }

  @Get(':ref/interactions')
  @PROFILE_DOORS.interactions
  async interactions(
    @Param('ref') ref: string,
    @Query() { limit, ...query }: Filters,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const { identifiers } = await this.refs.profile(ref, reply);
    if (identifiers.length === 0) return { data: [], nextCursor: null };
    const body = {
      ...query,
      ...(limit === undefined ? {} : { limit: Number(limit) }),
      identifiers: identifiers.map(({ type, value }) => ({ type, value })),
    };
    return relay(reply, await this.upstreams.interactions.post('/timeline', { body }));
  }

  @Get(':ref/relationship')
  @PROFILE_DOORS.relationship
  async relationship(@Param('ref') ref: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const { id } = await this.refs.profile(ref, reply);
    return relay(reply, await this.upstreams.segmentation.get(`/profiles/${id}/relationship`));
  }

  @Get(':ref/segments')
  @PROFILE_DOORS.segments
  async segments(@Param('ref') ref: string, @Query() query: Filters, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const { id } = await this.refs.profile(ref, reply);
    return relay(reply, await this.upstreams.segmentation.get(`/profiles/${id}/segments`, { query }));
  }

  @Get(':ref/notifications')
  @PROFILE_DOORS.notifications
  async notifications(
    @Param('ref') ref: string,
    @Query() query: Filters,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const { id } = await this.refs.profile(ref, reply);
    return relay(reply, await this.upstreams.notifications.get(`/profiles/${id}/notifications`, { query }));
  }

  @Get(':ref/inbox')
  @PROFILE_DOORS.inbox
  async inbox(@Param('ref') ref: string, @Query() query: Filters, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const { id } = await this.refs.profile(ref, reply);
    return relay(reply, await this.upstreams.notifications.get(`/profiles/${id}/inbox`, { query }));
  }

  /** Server-sent events: the notifications service writes them, the gateway only holds the line. */
  @Get(':ref/inbox/stream')
  @PROFILE_DOORS.inboxStream
  async inboxStream(
    @Param('ref') ref: string,
    @Query() query: Filters,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { id } = await this.refs.profile(ref, reply);
    const gone = new AbortController();
    request.raw.once('close', () => gone.abort());
    reply.raw.once('close', () => gone.abort());
    const headers = { accept: 'text/event-stream', 'last-event-id': request.headers['last-event-id'] as string | undefined };
    const { body } = await this.upstreams.notifications.stream(`/profiles/${id}/inbox/stream`, { query, headers, signal: gone.signal });
    body.on('error', () => reply.raw.destroy());
    await reply
      .status(200)
      .header('content-type', 'text/event-stream')
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .send(body);
  }
}
