import { type DynamicModule, Module } from '@nestjs/common';
import { PostgresModule, StreamModule } from '@rapport/platform';
import type { SegmentationConfig } from './config.js';
import { CustomersController } from './http/customers.controller.js';
import { SatisfactionController } from './http/satisfaction.controller.js';
import { SegmentsController } from './http/segments.controller.js';
import { CustomerReader } from './persistence/customer-reader.js';
import { MembershipReader } from './persistence/membership-reader.js';
import { ENTITIES } from './persistence/entities.js';
import { MIGRATIONS } from './persistence/migrations.js';
import { PostgresCustomerStore } from './persistence/postgres-customer-store.js';
import { SatisfactionReader } from './persistence/satisfaction-reader.js';
import { SegmentDefinitions } from './persistence/segment-definitions.js';
import { CUSTOMER_STORE } from './pipeline/customer-store.js';
import { EvaluateSegmentsPipeline } from './pipeline/evaluate-segments.pipeline.js';

@Module({})
export class SegmentationModule {
  static forRoot(config: SegmentationConfig): DynamicModule {
    return {
      module: SegmentationModule,
      imports: [
        PostgresModule.forRoot({ config, entities: ENTITIES, migrations: MIGRATIONS }),
        StreamModule.register(config, [EvaluateSegmentsPipeline], {
          providers: [{ provide: CUSTOMER_STORE, useClass: PostgresCustomerStore }],
        }),
      ],
      controllers: [SegmentsController, CustomersController, SatisfactionController],
      providers: [SegmentDefinitions, CustomerReader, MembershipReader, SatisfactionReader],
    };
  }
}
