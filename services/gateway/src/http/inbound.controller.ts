import { applyDecorators, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Json } from '../domain/parse-json.js';
import { InboundDoor } from './inbound-door.js';
import { INBOUND_DOORS } from './openapi/inbound-doors.js';
import { RawBody } from './request-body.js';

const ACCEPTED = { contentType: 'application/json; charset=utf-8', body: '{"accepted":true}' };

/** Where providers deliver. Their signature is the permission. */
@Controller('v1/inbound')
@ApiTags('Inbound')
export class InboundController {
  constructor(private readonly door: InboundDoor) {}

  @Post(':provider/:connection')
  @HttpCode(200)
  @applyDecorators(RawBody(), INBOUND_DOORS.deliver)
  async deliver(
    @Param('provider') provider: string,
    @Param('connection') connection: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { contentType, body } = (await this.door.take(provider, connection, request, reply)) ?? ACCEPTED;
    void reply.status(200).header('content-type', contentType).send(body);
  }

  @Get(':provider/:connection')
  @INBOUND_DOORS.greet
  greet(
    @Param('provider') provider: string,
    @Param('connection') connection: string,
    @Query() query: Json,
    @Res() reply: FastifyReply,
  ): void {
    const answer = this.door.greet(provider, connection, query);
    void reply.status(200).headers({ 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' }).send(answer);
  }
}
