import type { DynamicModule, LoggerService, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyServerOptions } from 'fastify';
import type { ServerOptions } from 'node:http';
import type pg from 'pg';
import type { ServiceConfig } from '../config/service-config.js';
import { PG_POOL } from '../postgres/pool.js';
import { StreamServer } from '../stream/stream-server.js';
import { logger } from '../telemetry/logger.js';
import { startProcessMetrics } from '../telemetry/metrics.js';
import { identifyService } from '../telemetry/service-identity.js';
import { ChassisModule } from './chassis-module.js';
import { HealthRegistry } from './health.js';
import { leaveConnections } from './leave-connections.js';
import { OptionalProvider } from './optional-provider.js';
import { ProblemFilter } from './problem-filter.js';
import { protocolErrors } from './protocol-errors.js';
import { observeRequests, requireInternalToken } from './request-hooks.js';
import { RouteTable } from './route-table.js';
import { validationPipe } from './validation.js';

export type HttpConfig = Pick<ServiceConfig, 'name' | 'internalToken' | 'bodyBytesMax' | 'requestTimeoutMs'>;

export interface ServiceOptions<C extends HttpConfig = ServiceConfig> {
  readonly config: C;
  readonly module: Type | DynamicModule;
  /** `own`: the module checks its callers itself (the gateway). Otherwise every request but the probes needs the internal token. */
  readonly auth?: 'internal' | 'own';
  /** Beyond the chassis' own settings of Fastify. */
  readonly fastify?: FastifyServerOptions;
  /** Last changes before the application starts: body parsers, Swagger. */
  readonly configure?: (app: NestFastifyApplication) => void | Promise<void>;
}

/** A profile's ref in a path is `type:value`, percent-encoded: up to 64 + 256 characters of up to 12 bytes each. Fastify allows 100 by default. */
const PATH_PART_LENGTH_MAX = 4_096;
/** Longer than the idle time of the usual load balancers (60 s), so that it is never the server that closes a connection being used again. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;

/**
 * A Nest application on Fastify with everything that a service has in common, initialised but not listening: problems, validation, trace, metrics,
 * probes, limits, the caller's token. For `main.ts` use {@link runService}; tests take this one.
 */
export async function createService<C extends HttpConfig>({
  config,
  module,
  auth = 'internal',
  fastify,
  configure,
}: ServiceOptions<C>): Promise<NestFastifyApplication> {
  identifyService(config.name);
  startProcessMetrics();
  const adapter = new FastifyAdapter({
    bodyLimit: config.bodyBytesMax,
    requestTimeout: config.requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    routerOptions: { maxParamLength: PATH_PART_LENGTH_MAX, ignoreTrailingSlash: true },
    ...protocolErrors,
    ...fastify,
    // Node looks for late requests only every 30 s by default, and takes the longer of the two limits for the request's
    http: {
      connectionsCheckingInterval: Math.min(1_000, config.requestTimeoutMs),
      headersTimeout: config.requestTimeoutMs,
      ...(fastify as { http?: ServerOptions } | undefined)?.http,
    },
  });
  const instance = adapter.getInstance();
  const routes = new RouteTable();
  routes.watch(instance as never);
  observeRequests(instance as never);
  leaveConnections(instance as never);
  if (auth === 'internal') requireInternalToken(instance as never, config.internalToken);

  const root: DynamicModule = { module: ServiceRoot, imports: [ChassisModule.forRoot(config), module] };
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, { logger: nestLogger, abortOnError: false });
  app.useGlobalFilters(new ProblemFilter(routes));
  app.useGlobalPipes(validationPipe());
  registerIndicators(app);
  await configure?.(app);
  await app.init();
  await instance.ready();
  return app;
}

class ServiceRoot {}

function registerIndicators(app: NestFastifyApplication): void {
  const health = app.get(HealthRegistry);
  const pool = app.get(OptionalProvider).find<pg.Pool>(PG_POOL);
  if (pool) {
    health.register({
      name: 'database',
      check: async () => {
        await pool.query('SELECT 1');
        return { ok: true };
      },
    });
  }
  const stream = app.get(OptionalProvider).find(StreamServer);
  if (stream) {
    health.register({
      name: 'stream',
      check: () => {
        const trouble = stream.trouble();
        return trouble === null ? { ok: true } : { ok: false, reason: trouble };
      },
    });
  }
}

/** Nest's own words: what it tells about starting is for developers, its warnings and errors for operators. */
const nestLogger: LoggerService = {
  log: (message: unknown, context?: unknown) => logger.debug({ context }, String(message)),
  debug: (message: unknown, context?: unknown) => logger.debug({ context }, String(message)),
  verbose: (message: unknown, context?: unknown) => logger.trace({ context }, String(message)),
  warn: (message: unknown, context?: unknown) => logger.warn({ context }, String(message)),
  error: (message: unknown, ...rest: unknown[]) =>
    logger.error({ err: message instanceof Error ? message : undefined, context: rest.at(-1) }, String(message)),
  fatal: (message: unknown, context?: unknown) => logger.fatal({ context }, String(message)),
};
