import { applyDecorators, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ProblemException, SERVICE_CONFIG, verifyLink } from '@rapport/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import type { GatewayConfig } from '../config.js';
import type { Json } from '../domain/parse-json.js';
import { isOneClick, type UnsubscribeLink, unsubscribed, unsubscribeLinkOf } from '../domain/unsubscribe.js';
import { UNSUBSCRIBE_DOORS } from './openapi/unsubscribe-doors.js';
import { OwnInteractions } from './own-interactions.js';
import { bodyOf, RawBody } from './request-body.js';
import { languageOf, PAGE_HEADERS } from './page.js';
import { type PageKind, unsubscribePage } from './unsubscribe-page.js';

const FORM_BYTES_MAX = 4_096;

/** Links in mails. The token is the permission; a GET (mail scanners follow links) changes nothing. */
@Controller('u')
@ApiTags('Unsubscribe')
export class UnsubscribeController {
  constructor(
    @Inject(SERVICE_CONFIG) private readonly config: GatewayConfig,
    private readonly interactions: OwnInteractions,
  ) {}

  @Get(':token')
  @UNSUBSCRIBE_DOORS.page
  page(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const known = this.read(token) !== undefined;
    this.show(request, reply, known ? 200 : 404, known ? 'ask' : 'bad');
  }

  @Post(':token')
  @HttpCode(200)
  @applyDecorators(RawBody(), UNSUBSCRIBE_DOORS.click)
  async click(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const link = this.read(token);
    if (!link) return this.show(request, reply, 404, 'bad');
    const form = (await bodyOf(request, FORM_BYTES_MAX)).toString('latin1');
    if (!isOneClick(form))
      throw new ProblemException(400, 'GATEWAY_NOT_ONE_CLICK', 'The body must be the form `List-Unsubscribe=One-Click` (RFC 8058).');
    try {
      // every click counts by itself: somebody may have subscribed again since the last one
      await this.interactions.accept(unsubscribed(link, new Date().toISOString()), {
        source: 'unsubscribe',
        keyId: 'link',
        messageId: uuidv7(),
      });
    } catch (error) {
      if (!(error instanceof ProblemException)) throw error;
      reply.headers({ ...error.headers });
      return this.show(request, reply, error.getStatus(), 'later');
    }
    this.show(request, reply, 200, 'done');
  }

  private read(token: string): UnsubscribeLink | undefined {
    return unsubscribeLinkOf(verifyLink<Json>(token, this.config.linkSecret));
  }

  private show(request: FastifyRequest, reply: FastifyReply, status: number, kind: PageKind): void {
    void reply
      .status(status)
      .headers(PAGE_HEADERS)
      .send(unsubscribePage(kind, languageOf(request.headers['accept-language'])));
  }
}
