import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { PageRequest } from './personal-pages.js';

/** What a request for a page behind a personal link says: the token in its path, and the language that was chosen on the page. */
export type LinkRequest = Omit<PageRequest, 'reply'>;

export const FromLink = createParamDecorator((_: unknown, context: ExecutionContext): LinkRequest => {
  const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { token: string }; Querystring: { lang?: string } }>>();
  return { token: request.params.token, lang: request.query.lang, request: request as FastifyRequest };
});
