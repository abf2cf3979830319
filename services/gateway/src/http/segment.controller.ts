import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RefusedRequest } from '../domain/item-error.js';
import { BATCH_BYTES_MAX } from '../domain/limits.js';
import { readSegmentBatch, readSegmentCall } from '../domain/read-segment.js';
import type { SegmentType } from '../domain/segment-message.js';
import { Ingest, type Ingested } from './ingest.js';
import { SegmentBatchDoor, SegmentDoor } from './openapi/segment-doors.js';

interface Success {
  readonly success: true;
}
const SUCCESS: Success = Object.freeze({ success: true });

/** The Segment HTTP API: any Segment or RudderStack SDK can be pointed here. */
@Controller('v1')
@ApiTags('Segment HTTP API')
export class SegmentController {
  constructor(private readonly ingest: Ingest) {}

  @Post('track')
  @HttpCode(200)
  @SegmentDoor('track')
  track(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Success> {
    return this.one('track', request, reply);
  }

  @Post('identify')
  @HttpCode(200)
  @SegmentDoor('identify')
  identify(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Success> {
    return this.one('identify', request, reply);
  }

  @Post('page')
  @HttpCode(200)
  @SegmentDoor('page')
  page(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Success> {
    return this.one('page', request, reply);
  }

  @Post('screen')
  @HttpCode(200)
  @SegmentDoor('screen')
  screen(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Success> {
    return this.one('screen', request, reply);
  }

  @Post('group')
  @HttpCode(200)
  @SegmentDoor('group')
  group(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Success> {
    return this.one('group', request, reply);
  }

  @Post('alias')
  @HttpCode(200)
  @SegmentDoor('alias')
  alias(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Success> {
    return this.one('alias', request, reply);
  }

  @Post('batch')
  @HttpCode(200)
  @SegmentBatchDoor('batch')
  batch(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Success> {
    return this.many(request, reply);
  }

  /** The same as `batch`: what happened long ago carries its own timestamps. */
  @Post('import')
  @HttpCode(200)
  @SegmentBatchDoor('import')
  import(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Success> {
    return this.many(request, reply);
  }

  private async one(type: SegmentType, request: FastifyRequest, reply: FastifyReply): Promise<Success> {
    await this.ingest.take(request, reply, 'segment', BATCH_BYTES_MAX, (body, facts, newId) => ({
      records: [readSegmentCall(type, body, facts, newId)],
      events: 1,
    }));
    return SUCCESS;
  }

  private async many(request: FastifyRequest, reply: FastifyReply): Promise<Success> {
    const strict = isStrict(request);
    await this.ingest.take(request, reply, 'segment', BATCH_BYTES_MAX, (body, facts, newId): Ingested => {
      const { records, errors, refused } = readSegmentBatch(body, facts, newId);
      if (errors.length > 0 && (strict || records.length === 0))
        throw new RefusedRequest('items', 'No event was accepted: some are not as they should be.', errors);
      return { records: refused.length > 0 ? [...records, ...refused] : records, events: records.length + refused.length };
    });
    return SUCCESS;
  }
}

const isStrict = ({ headers }: FastifyRequest): boolean => headers['x-strict-mode'] === '1' || headers['x-strict-mode'] === 'true';
