import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createService } from '@rapport/platform';
import { readConfig } from '../config.js';
import { gatewayOptions } from '../gateway-options.js';

export const WRITE_KEY = 'wk_test_0123456789abcdef';
export const SERVER_KEY = 'sk_test_0123456789abcdef';

export interface TestGateway {
  readonly app: NestFastifyApplication;
  readonly url: string;
  /** POST with the write key (or the headers given); `body` is sent as it is when it is text or bytes. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  stop(): Promise<void>;
}

export interface TestGatewayOptions {
  readonly databaseUrl: string;
  readonly brokers: readonly string[];
  readonly env?: Record<string, string>;
}

const NOWHERE = 'http://127.0.0.1:9';

/** A gateway on a free port of this process. */
export async function startGateway({ databaseUrl, brokers, env = {} }: TestGatewayOptions): Promise<TestGateway> {
  const config = readConfig({
    DATABASE_URL: databaseUrl,
    KAFKA_BROKERS: brokers.join(','),
    INTERNAL_TOKEN: 'internal-token-for-tests',
    LINK_SECRET: 'link-secret-for-tests',
    CONNECTION_KEY: Buffer.alloc(32, 'for-tests').toString('base64'),
    PORT: '0',
    LOG_LEVEL: 'silent',
    BOOTSTRAP_WRITE_KEY: WRITE_KEY,
    BOOTSTRAP_SERVER_KEY: SERVER_KEY,
    INTERACTIONS_URL: NOWHERE,
    PROFILES_URL: NOWHERE,
    SEGMENTATION_URL: NOWHERE,
    NOTIFICATIONS_URL: NOWHERE,
    ...env,
  });
  const app = await createService(gatewayOptions(config));
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const request = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, {
      method,
      headers,
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body) }),
    });
  return {
    app,
    url,
    request,
    post: (path, body, headers = { authorization: `Basic ${Buffer.from(`${WRITE_KEY}:`).toString('base64')}` }) =>
      request('POST', path, body, { 'content-type': 'application/json', ...headers }),
    async stop() {
      await app.close();
    },
  };
}
