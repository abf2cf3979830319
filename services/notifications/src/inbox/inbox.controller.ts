import { Controller, Get, Headers, HttpCode, Inject, Param, ParseUUIDPipe, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { decodeCursor, encodeCursor, type Page, PageQuery, PG_POOL, ProblemException, sqlOf } from '@rapport/platform';
import { IsIn, IsOptional } from 'class-validator';
import type { FastifyReply } from 'fastify';
import type pg from 'pg';
import { identifiersOf } from '../channels/customer-identifiers.js';
import type { InteractionItem } from '../tasks/task.js';
import { InboxHub } from './inbox-hub.js';
import { type InboxMessage, InboxStore } from './inbox-store.js';
import { openStream } from './inbox-stream.js';

export class InboxQuery extends PageQuery {
  @IsOptional()
  @IsIn(['all', 'unread'])
  show?: 'all' | 'unread';
}

@ApiTags('inbox')
@Controller('internal/v1')
export class InboxController {
  constructor(
    @Inject(InboxStore) private readonly inbox: InboxStore,
    @Inject(InboxHub) private readonly hub: InboxHub,
    @Inject(PG_POOL) private readonly pool: pg.Pool,
  ) {}

  @Get('profiles/:id/inbox')
  @ApiOperation({ summary: 'Messages in the app, newest first, and how many are unread' })
  async list(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { limit, cursor, show = 'all' }: InboxQuery,
  ): Promise<Page<InboxMessage> & { unread: number }> {
    const { sequence } = cursor === undefined ? { sequence: null } : decodeCursor<{ sequence: number }>(cursor);
    const before = Number.isSafeInteger(sequence) ? (sequence as number) : null;
    const [found, unread] = await Promise.all([this.inbox.list(id, show === 'unread', before, limit + 1), this.inbox.unread(id)]);
    const data = found.slice(0, limit);
    return { data, nextCursor: found.length > limit ? encodeCursor({ sequence: data.at(-1)?.sequence }) : null, unread };
  }

  @Get('profiles/:id/inbox/stream')
  @ApiOperation({ summary: 'New messages as server-sent events; Last-Event-ID continues without a gap' })
  async stream(
    @Param('id', ParseUUIDPipe) id: string,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const position = lastEventId !== undefined && /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : await this.inbox.lastSequence(id);
    const problem = new ProblemException(503, 'NOTIFICATIONS_TOO_MANY_LISTENERS', 'Too many listen already.', undefined, {
      'retry-after': '5',
    });
    if (!openStream(this.hub, reply, id, position)) throw problem;
  }

  @Post('inbox/:messageId/read')
  @HttpCode(200)
  @ApiOperation({ summary: 'The customer has read it, which is an interaction; repeating it answers the same' })
  async read(@Param('messageId', ParseUUIDPipe) messageId: string): Promise<InboxMessage & { interaction: InteractionItem }> {
    const message = await this.inbox.markRead(messageId, new Date());
    if (!message?.readAt) throw new ProblemException(404, 'NOTIFICATIONS_MESSAGE_NOT_FOUND', 'There is no such message.');
    const { notificationId, profileId, purpose, readAt } = message;
    const identifiers = await identifiersOf(sqlOf(this.pool), profileId);
    const interaction: InteractionItem = {
      event: 'In-App Message Read',
      at: readAt,
      channel: 'in_app',
      direction: 'inbound',
      identifiers,
      notificationId,
      properties: { messageId, purpose },
    };
    return { ...message, interaction };
  }
}
