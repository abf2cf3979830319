import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Json } from '../domain/parse-json.js';
import { type Caller, FromCaller } from './caller.js';
import { INBOX_DOORS, TASK_DOORS } from './openapi/task-doors.js';
import { OwnInteractions } from './own-interactions.js';
import { part, relay, Upstreams } from './upstreams.js';

/** What a service answers when something that a person did is also an interaction with the customer. */
interface WithInteraction {
  readonly interaction?: Json | null;
}

/** Contacts that people make, and messages that customers read: both end as interactions. */
@Controller('v1')
export class TasksController {
  constructor(
    private readonly upstreams: Upstreams,
    private readonly interactions: OwnInteractions,
  ) {}

  @Get('tasks')
  @ApiTags('Tasks')
  @TASK_DOORS.list
  async list(@Query() query: Record<string, string>, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.notifications.get('/tasks', { query }));
  }

  @Get('tasks/:id')
  @ApiTags('Tasks')
  @TASK_DOORS.one
  async one(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.notifications.get(`/tasks/${part(id)}`));
  }

  @Post('tasks/:id/claim')
  @ApiTags('Tasks')
  @HttpCode(200)
  @TASK_DOORS.claim
  async claim(
    @Param('id') id: string,
    @Body() body: unknown,
    @FromCaller() { forward }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return relay(reply, await this.upstreams.notifications.post(`/tasks/${part(id)}/claim`, { body, ...forward }));
  }

  /** The outcome counts when Kafka has it; a repetition gives the same task and the same interaction. */
  @Post('tasks/:id/complete')
  @ApiTags('Tasks')
  @HttpCode(200)
  @TASK_DOORS.complete
  async complete(
    @Param('id') id: string,
    @Body() body: unknown,
    @FromCaller() { key, forward }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const answer = await this.upstreams.notifications.post<WithInteraction & { readonly task: unknown }>(`/tasks/${part(id)}/complete`, {
      body,
      ...forward,
    });
    const { interaction, task } = answer.body;
    if (interaction) await this.interactions.accept(interaction, { source: 'tasks', keyId: key.id, messageId: `task:${id}:completed` });
    return relay(reply, { ...answer, body: task });
  }

  @Post('inbox/:messageId/read')
  @ApiTags('Inbox')
  @HttpCode(200)
  @INBOX_DOORS.read
  async read(
    @Param('messageId') messageId: string,
    @FromCaller() { key, forward }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const answer = await this.upstreams.notifications.post<WithInteraction & Json>(`/inbox/${part(messageId)}/read`, {
      body: {},
      ...forward,
    });
    const { interaction, ...message } = answer.body;
    if (interaction) await this.interactions.accept(interaction, { source: 'inbox', keyId: key.id, messageId: `inbox:${messageId}:read` });
    return relay(reply, { ...answer, body: message });
  }
}
