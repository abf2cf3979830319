import { randomBytes } from 'node:crypto';
import { Body, Controller, HttpCode, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { runMigrations } from '../postgres/migrate.js';
import { PG_POOL } from '../postgres/pool.js';
import { createService } from './create-service.js';
import { IdempotencyTable } from './idempotency-table.js';
import { Idempotent, OperationId } from './idempotent.js';
import { CALLER_HEADER } from './internal-client.js';
import { ProblemException } from './problem.js';

interface Order {
  readonly do?: 'refuse' | 'fail' | 'wait';
  readonly what?: string;
}

const ran: string[] = [];
let release: () => void = () => undefined;

@Controller('orders')
class OrdersController {
  @Post()
  @HttpCode(202)
  @Idempotent()
  async place(@Body() order: Order, @OperationId() operationId: string): Promise<object> {
    ran.push(operationId);
    if (order.do === 'refuse') throw new ProblemException(409, 'ORDERS_CLOSED', 'The shop is closed.');
    if (order.do === 'fail') throw new Error('the connection broke, perhaps after the commit');
    if (order.do === 'wait') await new Promise<void>((resolve) => void (release = resolve));
    return { id: operationId, zeta: 1, alpha: [2] };
  }
}

const TOKEN = 'a-token-of-enough-length';
const config = { name: 'orders', internalToken: TOKEN, bodyBytesMax: 10_000, requestTimeoutMs: 5_000 };

describe('@Idempotent()', () => {
  let app: NestFastifyApplication;
  let pool: pg.Pool;
  const database = `test_idempotent_${randomBytes(6).toString('hex')}`;

  beforeAll(async () => {
    const url = new URL(process.env.TEST_DATABASE_URL as string);
    await onServer(`CREATE DATABASE ${database}`);
    url.pathname = `/${database}`;
    await runMigrations({ config: { name: 'orders', databaseUrl: url.toString() }, migrations: [IdempotencyTable] });
    pool = new pg.Pool({ connectionString: url.toString(), max: 5 });
    @Module({ controllers: [OrdersController], providers: [{ provide: PG_POOL, useValue: pool }], exports: [PG_POOL] })
    class OrdersModule {}
    app = await createService({ config, module: OrdersModule });
  });
  afterAll(async () => {
    await app?.close();
    await pool?.end();
    await onServer(`DROP DATABASE ${database} WITH (FORCE)`);
  });
  beforeEach(() => void (ran.length = 0));

  const post = async (
    key: string | undefined,
    payload: Order = {},
    caller = 'key_1',
  ): Promise<{ status: number; body: Record<string, unknown>; text: string; headers: Record<string, unknown> }> => {
    const headers = { authorization: `Bearer ${TOKEN}`, [CALLER_HEADER]: caller, ...(key === undefined ? {} : { 'idempotency-key': key }) };
    const answer = await app.inject({ method: 'POST', url: '/orders', headers, payload });
    return { status: answer.statusCode, body: answer.json(), text: answer.payload, headers: answer.headers };
  };

  it('has one effect, and gives the first answer again, byte for byte', async () => {
    const [first, second, quoted] = [await post('one'), await post('one'), await post('"one"')];
    expect(ran).toHaveLength(1);
    expect([first.status, second.status, quoted.status]).toEqual([202, 202, 202]);
    expect([second.text, quoted.text]).toEqual([first.text, first.text]);
    expect([first.headers['idempotent-replayed'], second.headers['idempotent-replayed']]).toEqual([undefined, 'true']);
  });

  it('does nothing without the header', async () => {
    await post(undefined);
    await post(undefined);
    expect(new Set(ran).size).toBe(2);
  });

  it.each(['', 'x'.repeat(256), 'a"b', 'é', 'a b'])('refuses the malformed key %j', async (key) => {
    expect(await post(key)).toMatchObject({ status: 400, body: { code: 'ORDERS_IDEMPOTENCY_KEY_INVALID' } });
    expect(ran).toEqual([]);
  });

  it('refuses another request under the same key, but keeps the keys of two callers apart', async () => {
    await post('two', { what: 'a' });
    expect(await post('two', { what: 'b' })).toMatchObject({ status: 422, body: { code: 'ORDERS_IDEMPOTENCY_KEY_REUSED' } });
    expect(await post('two', { what: 'b' }, 'key_2')).toMatchObject({ status: 202 });
  });

  it('lets one of many at the same moment run', async () => {
    const all = Promise.all(Array.from({ length: 8 }, () => post('three', { do: 'wait' })));
    while (ran.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await post('three', { do: 'wait' })).toMatchObject({
      status: 409,
      body: { code: 'ORDERS_IDEMPOTENCY_IN_FLIGHT' },
      headers: { 'retry-after': '1' },
    });
    release();
    // those that came later than the answer got the answer
    for (const { status, body } of await all)
      expect(status === 409 ? [body.code] : [status, body.id]).toEqual(status === 409 ? ['ORDERS_IDEMPOTENCY_IN_FLIGHT'] : [202, ran[0]]);
    expect(ran).toHaveLength(1);
  });

  it('frees the key after a refusal, for a corrected request', async () => {
    expect(await post('four', { do: 'refuse' })).toMatchObject({ status: 409, body: { code: 'ORDERS_CLOSED' } });
    expect(await post('four', { what: 'corrected' })).toMatchObject({ status: 202 });
  });

  it('runs again after a failure, under the same operation id', async () => {
    expect(await post('five', { do: 'fail' })).toMatchObject({ status: 500 });
    expect(await post('five', { do: 'fail' })).toMatchObject({ status: 500 });
    expect(ran).toHaveLength(2);
    expect(new Set(ran).size).toBe(1);
  });

  it('goes on after a crash between effect and answer: when the lease is over, under the same operation id', async () => {
    await post('six');
    await pool.query(`UPDATE idempotency_keys SET status = NULL, answer = NULL WHERE key = 'six'`);
    expect(await post('six')).toMatchObject({ status: 409 });
    await pool.query(`UPDATE idempotency_keys SET lease_until = now() - interval '1 second' WHERE key = 'six'`);
    expect(await post('six')).toMatchObject({ status: 202, body: { id: ran[0] } });
    expect(ran).toEqual([ran[0], ran[0]]);
  });

  it('forgets after 24 hours', async () => {
    await post('seven', { what: 'a' });
    await pool.query(`UPDATE idempotency_keys SET expires_at = now() WHERE key = 'seven'`);
    expect(await post('seven', { what: 'b' })).toMatchObject({ status: 202 });
    expect(new Set(ran).size).toBe(2);
  });
});

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL as string });
  await client.connect();
  await client.query(statement);
  await client.end();
}
