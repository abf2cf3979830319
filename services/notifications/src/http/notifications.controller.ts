import { Body, Controller, Get, HttpCode, Inject, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ChannelDecision } from '@rapport/contracts';
import {
  currentTrace,
  decodeCursor,
  encodeCursor,
  formatTraceparent,
  Idempotent,
  OperationId,
  type Page,
  PageQuery,
  partitionOf,
  ProblemException,
  StreamServer,
} from '@rapport/platform';
import { chooseChannel } from '../domain/choose-channel.js';
import { DECIDE_SETTINGS } from '../pipeline/decide-notifications.pipeline.js';
import { asCustomer, meansFor } from '../pipeline/decide-notification.js';
import type { DecideSettings } from '../pipeline/working-set.js';
import { NotificationStore, type NotificationView } from '../persistence/notification-store.js';
import { NotificationBody } from './notifications.dto.js';
import { readRequest } from './read-request.js';

@ApiTags('notifications')
@Controller('internal/v1')
export class NotificationsController {
  constructor(
    @Inject(NotificationStore) private readonly notifications: NotificationStore,
    @Inject(StreamServer) private readonly stream: StreamServer,
    @Inject(DECIDE_SETTINGS) private readonly settings: DecideSettings,
  ) {}

  /** Accepted means: it is written down, and the clock of the profile's partition decides it, once. */
  @Post('notifications')
  @HttpCode(202)
  @Idempotent()
  @ApiOperation({ summary: 'Reach one customer for one purpose; the channel is chosen' })
  async request(@Body() body: NotificationBody, @OperationId() id: string): Promise<{ id: string }> {
    const request = readRequest(body);
    await this.mustHaveTemplate(request.template);
    const trace = currentTrace();
    await this.notifications.request({
      id,
      profileId: body.profileId,
      partition: partitionOf(body.profileId, this.settings.partitions),
      request,
      traceparent: trace === undefined ? null : formatTraceparent(trace),
      at: new Date(),
    });
    this.stream.wake();
    return { id };
  }

  @Get('notifications/:id')
  @ApiOperation({ summary: 'What became of a notification, with the decision and its reasons' })
  async one(@Param('id', ParseUUIDPipe) id: string): Promise<NotificationView> {
    const found = await this.notifications.find(id);
    if (found === undefined) throw new ProblemException(404, 'NOTIFICATIONS_NOT_FOUND', 'There is no such notification.');
    return found;
  }

  @Get('profiles/:id/notifications')
  @ApiOperation({ summary: 'What was sent to a customer or held back, newest first' })
  async ofProfile(@Param('id', ParseUUIDPipe) profileId: string, @Query() { limit, cursor }: PageQuery): Promise<Page<NotificationView>> {
    const before = cursor === undefined ? null : uuidOf(decodeCursor<{ before: string }>(cursor).before);
    const found = await this.notifications.ofProfile(profileId, before, limit + 1);
    const data = found.slice(0, limit);
    return { data, nextCursor: found.length > limit ? encodeCursor({ before: data.at(-1)?.id }) : null };
  }

  /** The same pure function that decides what is sent, on the same state; nothing is written. */
  @Post('decisions')
  @HttpCode(200)
  @ApiOperation({ summary: 'Which channel would be chosen now, and why; sends nothing' })
  async decide(@Body() body: NotificationBody): Promise<ChannelDecision> {
    const request = readRequest(body);
    await this.mustHaveTemplate(request.template);
    const now = new Date();
    const known = await this.notifications.circumstances(body.profileId, request.template, now);
    if (known === undefined) throw new ProblemException(404, 'NOTIFICATIONS_PROFILE_UNKNOWN', 'Nothing is known here yet of this profile.');
    const { customer, snapshot, templates, down, webhook } = known;
    return chooseChannel(
      asCustomer(customer, snapshot, webhook),
      request,
      meansFor(request, snapshot, templates, down, this.settings),
      now,
    );
  }

  private async mustHaveTemplate(name: string | undefined): Promise<void> {
    if (name === undefined || (await this.notifications.hasTemplate(name))) return;
    throw new ProblemException(400, 'NOTIFICATIONS_TEMPLATE_UNKNOWN', 'There is no template of this name.', [
      { pointer: '/template', detail: 'is not the name of a template' },
    ]);
  }
}

function uuidOf(value: unknown): string | null {
  return typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value) ? value : null;
}
