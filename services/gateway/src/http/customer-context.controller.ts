import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ProblemException } from '@rapport/platform';
import type { FastifyReply } from 'fastify';
import { CustomerContexts } from './customer-contexts.js';
import { CONTEXT_DOOR } from './openapi/case-doors.js';
import { parsedRef } from './profile-refs.js';

@Controller('v1/profiles')
@ApiTags('Profiles')
export class CustomerContextController {
  constructor(private readonly contexts: CustomerContexts) {}

  @Get(':ref/context')
  @CONTEXT_DOOR
  async context(@Param('ref') ref: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const answer = await this.contexts.of(parsedRef(ref));
    if (answer.kind === 'nobody') throw new ProblemException(404, 'PROFILES_NOT_FOUND', 'There is no such profile.');
    if (answer.kind === 'unavailable')
      throw new ProblemException(503, 'GATEWAY_CONTEXT_UNAVAILABLE', 'None of the services behind it answered.', undefined, {
        'retry-after': '1',
      });
    if (answer.movedTo !== undefined) reply.header('content-location', `/v1/profiles/${answer.movedTo}`);
    return answer.context;
  }
}
