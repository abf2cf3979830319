import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ProblemException } from '@rapport/platform';
import type { FastifyReply } from 'fastify';
import { isObject } from '../domain/parse-json.js';
import { type Caller, FromCaller } from './caller.js';
import { NOTIFICATION_DOORS } from './openapi/notification-doors.js';
import { ProfileRefs } from './profile-refs.js';
import { part, relay, Upstreams } from './upstreams.js';

@Controller('v1')
@ApiTags('Notifications')
export class NotificationsController {
  constructor(
    private readonly upstreams: Upstreams,
    private readonly refs: ProfileRefs,
  ) {}

  @Post('notifications')
  @HttpCode(202)
  @NOTIFICATION_DOORS.notify
  async notify(
    @Body() body: unknown,
    @FromCaller() { forward }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return relay(reply, await this.upstreams.notifications.post('/notifications', { body: await this.addressed(body, reply), ...forward }));
  }

  @Get('notifications/:id')
  @NOTIFICATION_DOORS.one
  async one(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.notifications.get(`/notifications/${part(id)}`));
  }

  @Post('decisions')
  @HttpCode(200)
  @NOTIFICATION_DOORS.decide
  async decide(@Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.notifications.post('/decisions', { body: await this.addressed(body, reply) }));
  }

  /** `to` is a ref; behind the gateway a customer is his profile's id. */
  private async addressed(body: unknown, reply: FastifyReply): Promise<object> {
    const to = isObject(body) ? body['to'] : undefined;
    if (!isObject(body) || typeof to !== 'string') {
      throw new ProblemException(400, 'GATEWAY_BODY_INVALID', 'A notification needs somebody to reach.', [
        { pointer: '/to', detail: 'must be a profile’s id or type:value' },
      ]);
    }
    const { to: _, ...rest } = body;
    const { id: profileId } = await this.refs.profile(to, reply);
    return { ...rest, profileId };
  }
}
