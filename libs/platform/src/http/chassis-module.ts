import { type DynamicModule, Module } from '@nestjs/common';
import { HealthRegistry } from './health.js';
import { IdempotencyStore } from './idempotency-store.js';
import { OptionalProvider } from './optional-provider.js';
import { ProbesController } from './probes.controller.js';
import { SERVICE_CONFIG } from './service-config-token.js';

/** What every service has beside its own module: its configuration as a provider, health, metrics, idempotency. */
@Module({})
export class ChassisModule {
  static forRoot(config: object): DynamicModule {
    return {
      module: ChassisModule,
      global: true,
      controllers: [ProbesController],
      providers: [{ provide: SERVICE_CONFIG, useValue: config }, HealthRegistry, IdempotencyStore, OptionalProvider],
      exports: [SERVICE_CONFIG, HealthRegistry, IdempotencyStore, OptionalProvider],
    };
  }
}
