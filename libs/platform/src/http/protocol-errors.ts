import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import { isLongRequest } from './long-request.js';
import { childTrace, parseTraceparent } from '../telemetry/traceparent.js';
import { ProblemException, problemBody, serviceCode } from './problem.js';

type Refusal = readonly [status: number, reason: string, detail: string];

const BAD_REQUEST: Refusal = [400, 'BAD_REQUEST', 'The request cannot be read.'];
const URL_TOO_LONG: Refusal = [414, 'URL_TOO_LONG', 'The address or one of its parts is too long.'];

const SOCKET_REFUSALS: Readonly<Record<string, Refusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'REQUEST_TIMEOUT', 'The request took too long to arrive.'],
  HPE_HEADER_OVERFLOW: [431, 'HEADERS_TOO_LARGE', 'The headers are larger than allowed.'],
};

/** Requests that are refused before a route, a hook or Nest sees them are answered with problems, too. */
export const protocolErrors: Pick<FastifyServerOptions, 'frameworkErrors' | 'clientErrorHandler'> = {
  frameworkErrors(error: Error & { code?: string }, request: FastifyRequest, reply: FastifyReply) {
    const header = request.headers.traceparent;
    const { traceId } = childTrace(parseTraceparent(Array.isArray(header) ? header[0] : header));
    const problem = toProblem(error.code === 'FST_ERR_MAX_PARAM_LENGTH' ? URL_TOO_LONG : BAD_REQUEST);
    void reply
      .status(problem.getStatus())
      .header('content-type', 'application/problem+json; charset=utf-8')
      .send(JSON.stringify(problemBody(problem, traceId)));
  },

  clientErrorHandler(error: Error & { code?: string }, socket: Socket) {
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && isLongRequest(socket)) return;
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const problem = toProblem(SOCKET_REFUSALS[error.code ?? ''] ?? BAD_REQUEST);
    const body = JSON.stringify(problemBody(problem, undefined));
    const status = problem.getStatus();
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'content-type: application/problem+json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroySoon());
  },
};

function toProblem([status, reason, detail]: Refusal): ProblemException {
  return new ProblemException(status, serviceCode(reason), detail);
}
