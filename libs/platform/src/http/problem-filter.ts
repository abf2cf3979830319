import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { logger } from '../telemetry/logger.js';
import { currentTrace } from '../telemetry/traceparent.js';
import { ProblemException, problemBody, serviceCode } from './problem.js';
import type { RouteTable } from './route-table.js';

/** What Fastify and Nest refuse by themselves, in our words: never their message, which may quote the request. */
const REFUSALS: Readonly<Record<number, readonly [reason: string, detail: string]>> = {
  400: ['BAD_REQUEST', 'The request cannot be read.'],
  401: ['UNAUTHORIZED', 'Credentials are missing or not valid.'],
  403: ['FORBIDDEN', 'The credentials do not allow this.'],
  404: ['NOT_FOUND', 'There is nothing at this address.'],
  405: ['METHOD_NOT_ALLOWED', 'This address does not take this method.'],
  408: ['REQUEST_TIMEOUT', 'The request took too long to arrive.'],
  413: ['BODY_TOO_LARGE', 'The body is larger than allowed.'],
  414: ['URL_TOO_LONG', 'The address or one of its parts is too long.'],
  415: ['UNSUPPORTED_MEDIA_TYPE', 'The body must be JSON (content-type: application/json).'],
  429: ['TOO_MANY_REQUESTS', 'Too many requests.'],
  501: ['NOT_SUPPORTED', 'This is not supported yet.'],
  503: ['UNAVAILABLE', 'The service cannot answer now.'],
};

const BODY_ERRORS: Readonly<Record<string, string>> = {
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as its content-length says.',
};

/** Every error leaves as a problem (RFC 9457). What nobody expected is logged and answered with a 500 that tells nothing. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly routes: RouteTable) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    if (reply.sent) return;
    const problem = this.toProblem(error, http.getRequest<FastifyRequest>());
    void reply
      .status(problem.getStatus())
      .headers({ ...problem.headers })
      .header('content-type', 'application/problem+json; charset=utf-8')
      .send(JSON.stringify(problemBody(problem, currentTrace()?.traceId)));
  }

  private toProblem(error: unknown, request: FastifyRequest): ProblemException {
    if (error instanceof ProblemException) return error;
    if (request.is404) return this.unknownAddress(request);
    const status = statusOf(error) ?? (isAborted(request) ? 400 : undefined);
    if (status === undefined) {
      logger.error({ err: error, route: request.routeOptions.url, method: request.method }, 'a request failed unexpectedly');
      return new ProblemException(500, serviceCode('INTERNAL'), 'The service failed. The trace id finds the reason in its log.');
    }
    const [reason, detail] = REFUSALS[status] ?? ['BAD_REQUEST', 'The request cannot be answered.'];
    return new ProblemException(status, serviceCode(reason), bodyError(error) ?? detail, undefined, retryHeaders(status));
  }

  private unknownAddress(request: FastifyRequest): ProblemException {
    const allowed = this.routes.methodsAt(request.url);
    const status = allowed.length > 0 ? 405 : 404;
    const [reason, detail] = REFUSALS[status]!;
    return new ProblemException(status, serviceCode(reason), detail, undefined, allowed.length > 0 ? { allow: allowed.join(', ') } : {});
  }
}

/** The status of an error that is meant for the caller: Nest's, or a 4xx of Fastify. Anything else is unexpected. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  return error instanceof Error && typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
}

/** Whoever asked has gone before the body was complete: no fault of the service, and nobody reads the answer. */
const isAborted = ({ raw }: FastifyRequest): boolean => raw.destroyed && !raw.complete;

function bodyError(error: unknown): string | undefined {
  const origin = (error as Error).cause ?? error;
  const { code } = origin as { code?: string };
  if (code !== undefined && BODY_ERRORS[code]) return BODY_ERRORS[code];
  if (origin instanceof SyntaxError || (origin as Error)?.name === 'SyntaxError')
    return 'The body is not valid JSON, or has keys that are refused (`__proto__`).';
  return undefined;
}

const retryHeaders = (status: number): Record<string, string> => (status === 503 || status === 429 ? { 'retry-after': '1' } : {});
