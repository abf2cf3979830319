import type { ServiceOptions } from '@rapport/platform';
import type { FastifyServerOptions } from 'fastify';
import type { GatewayConfig } from './config.js';
import { GatewayModule } from './gateway.module.js';
import { helpWithUnknownAddresses } from './http/helpful-404.js';
import { serveOpenApi } from './http/openapi/document.js';
import { refuseHazards } from './http/refuse-hazards.js';
import { takeRawBodies } from './http/request-body.js';
import { takeUploads } from './http/upload-body.js';

/** How often Node looks for requests that take too long to arrive. */
const SLOW_CLIENTS_CHECK_MS = 1_000;

/** The gateway as the chassis builds it, for `main.ts` and for tests. */
export function gatewayOptions(config: GatewayConfig): ServiceOptions<GatewayConfig> {
  return {
    config,
    module: GatewayModule.forRoot(config),
    auth: 'own',
    fastify: { trustProxy: config.trustProxy, http: { connectionsCheckingInterval: SLOW_CLIENTS_CHECK_MS } } as FastifyServerOptions,
    configure(app) {
      const fastify = app.getHttpAdapter().getInstance();
      takeRawBodies(fastify as never);
      takeUploads(fastify as never);
      refuseHazards(fastify as never);
      helpWithUnknownAddresses(fastify as never);
      serveOpenApi(app);
    },
  };
}
