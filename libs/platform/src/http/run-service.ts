import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ServiceConfig } from '../config/service-config.js';
import { StreamServer } from '../stream/stream-server.js';
import { logger } from '../telemetry/logger.js';
import { identifyService } from '../telemetry/service-identity.js';
import { startTracing } from '../telemetry/tracing.js';
import { createService, type ServiceOptions } from './create-service.js';
import { HealthRegistry } from './health.js';
import { OptionalProvider } from './optional-provider.js';

/**
 * Runs a service until SIGTERM or SIGINT: builds it, listens, connects its stream, and takes it down within `shutdownTimeoutMs`.
 * A fault that nobody handles ends the process with a log line: the supervisor starts it again, and the stream goes on where it stood.
 */
export async function runService<C extends ServiceConfig>(options: ServiceOptions<C>): Promise<NestFastifyApplication> {
  const { config } = options;
  identifyService(config.name);
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, (error) => die(error, event));
  try {
    const stopTracing = await startTracing(config.otelExporterOtlpEndpoint);
    const app = await createService(options);
    stopOnSignal(app, config.shutdownTimeoutMs, stopTracing);
    await app.listen(config.port, config.host);
    logger.info({ url: await app.getUrl() }, 'listening');
    connectStream(app);
    return app;
  } catch (error) {
    die(error, 'start');
  }
}

/** The kernel runs as a Nest microservice beside HTTP. It joins its groups when Kafka answers; until then the service is not ready, but serves reads. */
function connectStream(app: NestFastifyApplication): void {
  const strategy = app.get(OptionalProvider).find(StreamServer);
  if (!strategy) return;
  app.connectMicroservice({ strategy }, { inheritAppConfig: false });
  app.startAllMicroservices().then(
    () => logger.info('stream started'),
    (error: unknown) => die(error, 'stream'),
  );
}

function stopOnSignal(app: NestFastifyApplication, timeoutMs: number, stopTracing: () => Promise<void>): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    app.get(HealthRegistry).drain();
    const server = app.getHttpServer();
    // answers under way may finish; what is still open then (a stream of events, a slow client) is cut
    setTimeout(() => server.closeAllConnections(), timeoutMs / 4).unref();
    setTimeout(() => end(1, `not stopped within ${timeoutMs} ms`), timeoutMs).unref();
    app
      .close()
      .then(stopTracing)
      .then(
        () => end(0, 'stopped'),
        (error: unknown) => die(error, 'stop'),
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function end(code: number, message: string): never {
  logger[code === 0 ? 'info' : 'error'](message);
  logger.flush();
  process.exit(code);
}

function die(error: unknown, where: string): never {
  logger.fatal({ err: error, where }, 'the service ends');
  logger.flush();
  process.exit(1);
}
