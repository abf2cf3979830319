import { applyDecorators, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { INTERACTIONS_BYTES_MAX } from '../domain/limits.js';
import { readInteractions } from '../domain/read-interactions.js';
import { Ingest } from './ingest.js';
import { ref } from './openapi/components.js';
import { Door } from './openapi/door.js';
import { RawBody } from './request-body.js';

const EXAMPLE = {
  interactions: [
    {
      id: 'call-4711',
      event: 'Call Ended',
      at: '2026-01-15T09:00:00.000Z',
      channel: 'phone',
      identifiers: { phone: '+84901234567', userId: '17850' },
      handling: 'human',
      agentId: 'agent-7',
      complexity: 'complex',
      sensitivity: 'sensitive',
      properties: { durationSeconds: 312 },
      text: 'The invoice shows the wrong amount.',
    },
  ],
};

@Controller('v1/interactions')
@ApiTags('Interactions')
export class InteractionsController {
  constructor(private readonly ingest: Ingest) {}

  /** The door for senders that know more about an interaction than a Segment call can say. */
  @Post()
  @HttpCode(202)
  @applyDecorators(
    RawBody(),
    Door({
      scope: 'own',
      summary: 'Send interactions in our own shape',
      description: `1 to 2,500 interactions, at most ${INTERACTIONS_BYTES_MAX} bytes (inflated). All or nothing: when items are bad, every one of them is named by its pointer and none is accepted.`,
      headers: { 'Content-Encoding': '`gzip`, or absent.' },
      body: { schema: ref('Interactions'), examples: { call: EXAMPLE } },
      answer: {
        status: 202,
        description: 'Accepted: Kafka has all of them on all in-sync replicas.',
        schema: ref('Accepted'),
        example: { accepted: 1 },
      },
    }),
  )
  async send(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<{ accepted: number }> {
    const accepted = await this.ingest.take(request, reply, 'rapport', INTERACTIONS_BYTES_MAX, (body, facts, newId) => {
      const records = readInteractions(body, facts, newId);
      return { records, events: records.length };
    });
    return { accepted };
  }
}
