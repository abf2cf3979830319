import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createService, PostgresModule } from '@rapport/platform';
import { MIGRATIONS } from '../../persistence/migrations.js';
import { DeliveringModule } from '../delivering.module.js';
import { DispatchWorld, LINK_SECRET } from './dispatch-world.js';

export const TOKEN = 'a token for tests only';

@Module({})
class TestModule {}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what is expected of it, each test says
  readonly body: any;
}

/** Two replicas of the delivering half over one database: what one writes the other must show. */
export class Replicas {
  private constructor(
    readonly world: DispatchWorld,
    readonly apps: readonly [NestFastifyApplication, NestFastifyApplication],
  ) {}

  static async open(): Promise<Replicas> {
    const world = await DispatchWorld.open();
    const config = configOf(world);
    const imports = (): object[] => [PostgresModule.forRoot({ config, migrations: MIGRATIONS }), DeliveringModule.register(config)];
    const start = (): Promise<NestFastifyApplication> =>
      createService({ config, module: { module: TestModule, imports: imports() as never[] } });
    return new Replicas(world, [await start(), await start()]);
  }

  async close(): Promise<void> {
    await Promise.all(this.apps.map((app) => app.close()));
    await this.world.close();
  }

  async call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown, replica: 0 | 1 = 0): Promise<Answer> {
    const answer = await this.apps[replica].inject({
      method,
      url: `/internal/v1${path}`,
      headers: { authorization: `Bearer ${TOKEN}` },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
  }
}

const configOf = ({ database }: DispatchWorld) => ({
  name: 'notifications',
  databaseUrl: database.url,
  internalToken: TOKEN,
  bodyBytesMax: 1_048_576,
  requestTimeoutMs: 10_000,
  smtpUrl: 'smtp://127.0.0.1:1',
  mailFrom: 'a@shop.example',
  mailUnsubscribe: '',
  mailReplyTo: '',
  publicUrl: 'https://rapport.example',
  linkSecret: LINK_SECRET,
  dkimDomain: '',
  dkimSelector: '',
  dkimPrivateKey: '',
  webhookAllowPrivate: false,
  dispatchPollMs: 10,
  dispatchLeaseMarginMs: 1_000,
  smtpConnectionsMax: 2,
  smtpCallTimeoutMs: 1_000,
  webhookCallTimeoutMs: 1_000,
});
