import { Body, Controller, Get, Headers, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Caller, FromCaller } from './caller.js';
import { MAP_DOORS } from './openapi/map-doors.js';
import { relay, Upstreams } from './upstreams.js';
import { wantsSvg } from './wants-svg.js';

type Filters = Readonly<Record<string, string>>;

/** The maps are made by interactions; here it is only decided whether the caller gets the figures or the picture. */
@Controller('v1')
@ApiTags('Maps')
export class MapsController {
  constructor(private readonly upstreams: Upstreams) {}

  @Get('journey-map')
  @MAP_DOORS.journeyMap
  journeyMap(
    @Query() query: Filters,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return this.answer('/journey-map', query, accept, reply);
  }

  @Get('channel-report')
  @MAP_DOORS.channelReport
  channelReport(
    @Query() query: Filters,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return this.answer('/channel-report', query, accept, reply);
  }

  @Get('channel-report/prices')
  @MAP_DOORS.prices
  async prices(@Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.interactions.get('/channel-report/prices'));
  }

  @Put('channel-report/prices')
  @MAP_DOORS.putPrices
  async putPrices(
    @Body() body: unknown,
    @FromCaller() { forward }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return relay(reply, await this.upstreams.interactions.put('/channel-report/prices', { body, ...forward }));
  }

  private async answer(path: string, query: Filters, accept: string | undefined, reply: FastifyReply): Promise<unknown> {
    const svg = wantsSvg(accept);
    const answer = await this.upstreams.interactions.get<{ svg?: string }>(path, { query: { ...query, as: svg ? 'svg' : undefined } });
    reply.header('vary', 'accept');
    const body = relay(reply, answer);
    if (!svg) return body;
    // a picture opened by itself runs nothing
    reply
      .header('content-type', 'image/svg+xml; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
    return body.svg;
  }
}
