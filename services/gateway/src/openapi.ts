import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ChassisModule } from '@rapport/platform';
import { readConfig } from './config.js';
import { GatewayModule } from './gateway.module.js';
import { openApiDocument } from './http/openapi/document.js';

/** `node dist/openapi.js [file]` writes the description of the doors. It connects to nothing, so the configuration only needs its shape. */
const NOWHERE = 'http://127.0.0.1:9';
const config = readConfig({
  DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none',
  KAFKA_BROKERS: '127.0.0.1:9',
  INTERNAL_TOKEN: 'x'.repeat(16),
  LINK_SECRET: 'x'.repeat(16),
  CONNECTION_KEY: Buffer.alloc(32).toString('base64'),
  INTERACTIONS_URL: NOWHERE,
  PROFILES_URL: NOWHERE,
  SEGMENTATION_URL: NOWHERE,
  NOTIFICATIONS_URL: NOWHERE,
});

class Root {}
const module = { module: Root, imports: [ChassisModule.forRoot(config), GatewayModule.forRoot(config)] };
const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), { logger: ['error'] });
await writeFile(process.argv[2] ?? 'docs/api/openapi.json', `${JSON.stringify(openApiDocument(app), null, 2)}\n`);
await app.close();
