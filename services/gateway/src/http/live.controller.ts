import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ProblemException } from '@rapport/platform';
import type { FastifyReply } from 'fastify';
import { readFilter } from '../domain/live/live-filter.js';
import { keyFromHead } from '../domain/read-key.js';
import { LiveHub } from '../pipeline/live-hub.js';
import { Access } from './access.js';
import { type Caller, FromCaller } from './caller.js';
import { openLine } from './live-line.js';
import { LIVE_DOORS, LIVE_SCOPE } from './openapi/live-doors.js';
import type { KeyedRequest } from './scope-guard.js';

/** Who is here now, and what happens. */
@Controller('v1/live')
@ApiTags('Live view')
export class LiveController {
  constructor(
    private readonly hub: LiveHub,
    private readonly access: Access,
  ) {}

  @Get()
  @LIVE_DOORS.listen
  listen(
    @Query() query: Readonly<Record<string, unknown>>,
    @FromCaller() { key }: Caller,
    @Req() { headers }: KeyedRequest,
    @Res() reply: FastifyReply,
  ): void {
    const filter = readFilter(query);
    if (!('types' in filter)) throw new ProblemException(400, 'GATEWAY_LIVE_FILTER_INVALID', 'The stream cannot be filtered so.', filter);
    const room = this.hub.room(key.id);
    if (room !== 'yes') throw refusal(room);
    const lastId = headers['last-event-id'];
    const secret = keyFromHead(headers);
    const isAllowed = (): boolean => this.mayListen(secret);
    openLine(this.hub, reply, {
      keyId: key.id,
      filter,
      isAllowed,
      lastId: typeof lastId === 'string' && lastId !== '' ? lastId : undefined,
    });
  }

  /** A stream may last for days; a key that was revoked ends it. */
  private mayListen(secret: string | undefined): boolean {
    try {
      this.access.require(this.access.authenticate(secret), LIVE_SCOPE);
      return true;
    } catch {
      return false;
    }
  }
}

function refusal(room: 'full' | 'key_full'): ProblemException {
  return room === 'full'
    ? new ProblemException(503, 'GATEWAY_LIVE_FULL', 'As many listen here as this gateway takes. Another one may have room.', undefined, {
        'retry-after': '5',
      })
    : new ProblemException(429, 'GATEWAY_LIVE_KEY_FULL', 'As many listen with this key as one key may.', undefined, { 'retry-after': '5' });
}
