import { hash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { logger } from '../telemetry/logger.js';
import { httpRequestSeconds } from '../telemetry/metrics.js';
import { parseTraceparent, runInTrace } from '../telemetry/traceparent.js';
import { startStep, type TraceStep } from '../telemetry/tracing.js';
import type { CallerRequest } from './idempotent.js';
import { CALLER_HEADER } from './internal-client.js';
import { PROBE_PATHS } from './probes.controller.js';
import { ProblemException, serviceCode } from './problem.js';

const SLOW_MS = 1_000;
const steps = new WeakMap<FastifyRequest, TraceStep>();

/**
 * Trace, metric and log line of every request. The route's pattern stands for its address, because addresses carry e-mail addresses and
 * phone numbers. Ordinary answers are logged at `debug`: at thousands a second the metrics tell more.
 */
export function observeRequests(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const header = request.headers.traceparent;
    const step = startStep(`${request.method} ${routeOf(request)}`, 'server', parseTraceparent(Array.isArray(header) ? header[0] : header));
    steps.set(request, step);
    runInTrace(step.trace, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const step = steps.get(request);
    if (step) runInTrace(step.trace, () => report(request, reply, step));
    done();
  });
}

function report(request: FastifyRequest, reply: FastifyReply, step: TraceStep): void {
  const [method, route, status, elapsedMs] = [request.method, routeOf(request), reply.statusCode, reply.elapsedTime];
  httpRequestSeconds.observe({ method, route, status: `${Math.floor(status / 100)}xx` }, elapsedMs / 1_000);
  const level = status >= 500 ? 'warn' : elapsedMs > SLOW_MS ? 'info' : 'debug';
  if (logger.isLevelEnabled(level)) logger[level]({ method, route, status, elapsedMs: Math.round(elapsedMs) }, 'request');
  step.end(
    { 'http.request.method': method, 'http.route': route, 'http.response.status_code': status },
    status >= 500 ? 'failed' : undefined,
  );
}

const routeOf = (request: FastifyRequest): string => (request.is404 ? 'none' : (request.routeOptions.url ?? 'none'));

/** Only the gateway may call: every request but the probes must carry the internal token, before its body is read. */
export function requireInternalToken(fastify: FastifyInstance, token: string): void {
  const expected = digestOf(`Bearer ${token}`);
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (PROBE_PATHS.has(request.routeOptions.url ?? '')) return done();
    // digests are of one length, so the comparison takes the same time whatever was sent
    if (timingSafeEqual(digestOf(request.headers.authorization ?? ''), expected)) {
      const caller = request.headers[CALLER_HEADER];
      if (typeof caller === 'string') (request as CallerRequest).callerId = caller;
      return done();
    }
    done(
      new ProblemException(401, serviceCode('UNAUTHORIZED'), 'This address answers only to the gateway.', undefined, {
        'www-authenticate': 'Bearer',
      }),
    );
  });
}

const digestOf = (text: string): Buffer => hash('sha256', text, 'buffer');
