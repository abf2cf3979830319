import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { Hail, incivilities } from './product/hail.js';
import { everyDoorWithEveryHazard, type Hazardous, type Seeds, seedDoors } from './product/hazards.js';
import { heldMb, INSPECTED } from './product/heap.js';
import { type Answer, type Body, eventually, Product } from './product/product.js';

jest.setTimeout(180_000);
let product: Product;

beforeAll(async () => {
  product = await Product.start({ mailbox: false, env: { LOG_LEVEL: 'warn', KAFKA_SEND_TIMEOUT_MS: '2000' }, nodeArgs: INSPECTED });
}, 300_000);
afterAll(() => product?.stop(), 60_000);

/** Status, code and pointers: what a program looks at. */
const gist = ({ status, body }: Answer) => ({
  status,
  code: body?.code,
  pointers: (body?.errors ?? []).map(({ pointer }: Body) => pointer),
});
const refusal = (status: number, code: string | undefined, ...pointers: string[]) => ({ status, code, pointers });

/** What every refusal has, whoever wrote it: a problem with its trace, a time to come again where that helps, and no internals. */
function expectCivil(answer: Answer): void {
  expect(incivilities(answer)).toEqual([]);
}

const nested = (depth: number): object => (depth === 1 ? { trait: 'plan', is: 'pro' } : { not: nested(depth - 1) });
let made = 0;
const segment = (rule: object) => ({ name: `bad ${++made}`, rule });
const template = (text: string) => ({ purpose: 'service', locales: { en: { email: { subject: 's', text } } } });
const NOBODY = '019bc0a1-7c00-7000-8000-000000000020';
/** Nine digits of rounds, three deep. */
const FOR_EVER = '{% for a in (1..999999999) %}{% for b in (1..999999999) %}{{ a }}{% endfor %}{% endfor %}';

/** What the services behind the gateway refuse. (The gateway's own refusals: services/gateway/src/bad-input.int.test.ts.) */
// biome-ignore format: a table is read by its columns
const TABLE: readonly [name: string, method: string, path: string, body: unknown, answer: ReturnType<typeof refusal>][] = [
  ['a segment rule of depth 8', 'POST', '/v1/segments', segment(nested(8)), { status: 201, code: undefined, pointers: [] }],
  ['a segment rule of depth 9', 'POST', '/v1/segments', segment(nested(9)), refusal(400, 'SEGMENTATION_RULE_INVALID', `/rule${'/not'.repeat(8)}`)],
  ['65 leaves', 'POST', '/v1/segments', segment({ all: Array.from({ length: 65 }, () => nested(1)) }), refusal(400, 'SEGMENTATION_RULE_INVALID', '/rule/all/64')],
  ['an unknown leaf', 'POST', '/v1/segments', segment({ any: [nested(1), { liked: 'A' }] }), refusal(400, 'SEGMENTATION_RULE_INVALID', '/rule/any/1')],
  ['a wrong operator type', 'POST', '/v1/segments', segment({ trait: 'age', gte: 'old' }), refusal(400, 'SEGMENTATION_RULE_INVALID', '/rule/gte')],
  ['an unknown operator', 'POST', '/v1/segments', segment({ trait: 'age', around: 7 }), refusal(400, 'SEGMENTATION_RULE_INVALID', '/rule/around')],
  ['a leaf of later', 'POST', '/v1/segments', segment({ sequence: [] }), refusal(400, 'SEGMENTATION_LEAF_NOT_SUPPORTED', '/rule')],
  ['a window of -1 days', 'POST', '/v1/segments', segment({ did: 'A', within: { days: -1 } }), refusal(400, 'SEGMENTATION_RULE_INVALID', '/rule/within')],
  ['an array where an object belongs', 'POST', '/v1/segments', [], refusal(400, 'SEGMENTATION_VALIDATION_FAILED', '')],
  ['a template that loops for ever', 'PUT', '/v1/templates/bad', template(FOR_EVER), refusal(400, 'NOTIFICATIONS_TEMPLATE_INVALID', '/locales/en/email/text')],
  ['a template with a syntax error', 'PUT', '/v1/templates/bad', template('{% if %}'), refusal(400, 'NOTIFICATIONS_TEMPLATE_INVALID', '/locales/en/email/text')],
  ['a webhook to this machine', 'POST', '/v1/webhooks', { url: 'https://127.0.0.1/' }, refusal(400, 'NOTIFICATIONS_WEBHOOK_ADDRESS_REFUSED', '/url')],
  ['a webhook to a private network', 'POST', '/v1/webhooks', { url: 'https://10.1.2.3/' }, refusal(400, 'NOTIFICATIONS_WEBHOOK_ADDRESS_REFUSED', '/url')],
  ['a webhook to the cloud’s metadata', 'POST', '/v1/webhooks', { url: 'http://169.254.169.254/x' }, refusal(400, 'NOTIFICATIONS_WEBHOOK_ADDRESS_REFUSED', '/url')],
  ['a webhook to an address in disguise', 'POST', '/v1/webhooks', { url: 'https://[::ffff:127.0.0.1]/' }, refusal(400, 'NOTIFICATIONS_WEBHOOK_ADDRESS_REFUSED', '/url')],
  ['a journey with a step of later', 'POST', '/v1/journeys', { name: 'x', trigger: { segment: NOBODY, on: 'left' }, steps: [{ wait: {} }] }, refusal(422, 'NOTIFICATIONS_NOT_SUPPORTED', '/steps/0/wait')],
  ['a profile that is none', 'GET', `/v1/profiles/${NOBODY}`, undefined, refusal(404, 'PROFILES_NOT_FOUND')],
  ['a cursor of nobody', 'GET', '/v1/segments?cursor=nonsense', undefined, refusal(400, 'SEGMENTATION_CURSOR_INVALID', '/cursor')],
  ['a page of 201', 'GET', '/v1/tasks?limit=201', undefined, refusal(400, 'NOTIFICATIONS_VALIDATION_FAILED', '/limit')],
];

/** Doors for people: what is wrong is said on a page. */
const PAGES = /^\/[ucp]\//;

describe('bad input', () => {
  it.each(TABLE)('%s', async (_, method, path, body, answer) => {
    const given = await product.call(method, path, body);
    expectCivil(given);
    expect(gist(given)).toEqual(answer);
  });

  it('a template that loops only for some data is stopped when it is previewed, and when it is sent', async () => {
    await product.ask('PUT', '/v1/templates/loops', template('{% for a in (1..n) %}{% for b in (1..n) %}{{ a }}{% endfor %}{% endfor %}'));
    const preview = await product.call('POST', '/v1/templates/loops/preview', { channel: 'email', data: { n: 999_999_999 } });
    expectCivil(preview);
    expect(gist(preview)).toEqual(refusal(422, 'NOTIFICATIONS_TEMPLATE_TOO_EXPENSIVE', '/email/text'));
    const { userId, email, ref } = product.customer('loops');
    await product.segment('identify', { userId, traits: { email } });
    await product.profile(ref);
    const { id } = await product.ask('POST', '/v1/notifications', {
      to: ref,
      purpose: 'service',
      template: 'loops',
      channels: ['email'],
      data: { n: 999_999_999 },
    });
    expect(await product.settled(id, 'failed', 'sent', 'held_back')).toMatchObject({
      status: 'failed',
      deliveries: [{ reason: 'TEMPLATE_TOO_EXPENSIVE' }],
    });
  });

  it('a key does what its scopes say, and nothing after it was revoked', async () => {
    const { id, key } = await product.ask('POST', '/v1/keys', { kind: 'server', name: 'reader', scopes: ['segments:read'] });
    const bearer = { authorization: `Bearer ${key}` };
    expect((await product.call('GET', '/v1/segments', undefined, bearer)).status).toBe(200);
    for (const [method, path] of [
      ['POST', '/v1/segments'],
      ['GET', '/v1/webhooks'],
      ['POST', '/v1/notifications'],
      ['POST', '/v1/interactions'],
      ['POST', '/v1/track'],
    ] as const)
      expect(gist(await product.call(method, path, method === 'POST' ? {} : undefined, bearer))).toEqual(
        refusal(403, 'GATEWAY_SCOPE_MISSING'),
      );
    await product.ask('DELETE', `/v1/keys/${id}`);
    await eventually(
      'the key to be refused',
      async () => (await product.call('GET', '/v1/segments', undefined, bearer)).body.code === 'GATEWAY_KEY_INVALID',
      10_000,
    );
  });
});

describe('odd input that is accepted', () => {
  it('does what it says and no more', async () => {
    const { userId, ref } = product.customer('odd');
    const track = (more: object) => ({ type: 'track', userId, event: 'Order Completed', ...more });
    const twice = track({ messageId: `twice-${userId}`, properties: { total: 1, currency: 'GBP' } });
    const batch = [
      { type: 'identify', userId, traits: { constructor: { prototype: { admin: true } }, toString: 'text', hasOwnProperty: 1 } },
      twice,
      twice,
      track({ event: 'Ancient', timestamp: '0001-01-01T00:00:00.000Z' }),
      track({ event: 'Far', timestamp: '9999-12-31T23:59:59.999Z' }),
      { type: 'track', event: 'Nobody did this' },
    ];
    const sentMs = Date.now();
    const answer = await product.segment('batch', { batch });
    expect([answer.status, answer.body]).toEqual([200, { success: true }]);
    const profile = await product.profile(ref, ({ orders, contacts }) => orders.count > 0 && contacts.byChannel.api.count === 4);
    expect(profile.orders).toMatchObject({ count: 1, revenue: [{ currency: 'GBP', amount: '1.00' }] });
    expect(JSON.parse(JSON.stringify(profile.traits))).toMatchObject({
      constructor: { value: { prototype: { admin: true } } },
      toString: { value: 'text' },
      hasOwnProperty: { value: 1 },
    });
    const { data } = await product.under(ref, 'interactions', (page) => page.data.length === 4);
    const at = Object.fromEntries(data.map((one: Body) => [one.event, one.at]));
    expect(at.Ancient).toBe('2000-01-01T00:00:00.000Z');
    expect(Math.abs(Date.parse(at.Far) - sentMs)).toBeLessThan(60_000);
  });
});

describe('every door with every hazard', () => {
  let requests: Hazardous[];
  let seeds: Seeds;
  let hail: Hail;
  const refused: Hazardous[] = [];

  beforeAll(async () => {
    seeds = await seedDoors(product);
    requests = everyDoorWithEveryHazard(seeds);
    hail = new Hail(product);
  });
  afterAll(() => hail?.close());

  it('answers without a 5xx, and civilly', async () => {
    const wrong: unknown[] = [];
    await hail.fall(requests, (one, answer) => {
      const findings = [...incivilities(answer, PAGES.test(one.path)), ...(answer.status >= 500 ? [`answers ${answer.status}`] : [])];
      if (findings.length > 0) wrong.push([one.what, one.path, findings, answer.text]);
      if (answer.status >= 400 && !one.slow) refused.push(one);
    });
    expect(wrong).toEqual([]);
    expect(refused.length).toBeGreaterThan(1_000);
  });

  it('and what was done on the way is done: nothing stands still', async () => {
    const { userId, ref } = product.customer('after');
    await product.segment('identify', { userId, traits: {}, context: { page: { url: 'https://shop.example/' } } });
    await product.profile(ref);
    const { id } = await product.ask('POST', '/v1/notifications', { to: ref, purpose: 'service', template: 'doors', channels: ['in_app'] });
    await product.settled(id, 'sent');
    const all = (await product.under(seeds.ref!, 'notifications?limit=200', () => true)).data;
    await eventually('all notifications to be decided', async () => {
      const states = await Promise.all(all.map(async (one: Body) => (await product.find(`/v1/notifications/${one.id}`)).status));
      return !states.includes('requested');
    });
  });

  it('keeps the memory of every service flat under 20,000 of them', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => refused[index % refused.length]!);
    await hail.fall(many(5_000), () => undefined);
    const before = await held();
    await hail.fall(many(15_000), () => undefined);
    const after = await held();
    const grown = Object.keys(before).map((name) => [name, Math.round(after[name]! - before[name]!)] as const);
    expect(grown.filter(([, megabytes]) => megabytes > GROWTH_MAX_MB)).toEqual([]);
  });
});

const GROWTH_MAX_MB = 12;

async function held(): Promise<Record<string, number>> {
  const each = Object.entries(product.rapport.services).map(async ([name, [service]]) => [name, await heldMb(service!)] as const);
  return Object.fromEntries(await Promise.all(each));
}

describe('when something is down', () => {
  const track = (userId: string) => product.segment('track', { userId, event: 'Order Completed', properties: {} });

  it('a service: the doors that need it say which, the others stay open, and interactions are accepted', async () => {
    const { userId, ref } = product.customer('down');
    await track(userId);
    await product.profile(ref);
    const path = `/v1/profiles/${encodeURIComponent(ref)}`;
    const doors = { interactions: `${path}/interactions`, segmentation: '/v1/segments', notifications: '/v1/templates', profiles: path };
    const processes = Object.keys(doors).map((name) => product.rapport.services[name]![0]!);
    try {
      for (const [index, [name, door]] of Object.entries(doors).entries()) {
        await processes[index]!.kill('SIGKILL');
        const answer = await product.call('GET', door);
        expectCivil(answer);
        expect([gist(answer), answer.body.detail]).toEqual([
          refusal(503, `${name.toUpperCase()}_UNAVAILABLE`),
          expect.stringContaining(name),
        ]);
        expect((await track(userId)).status).toBe(200);
      }
      expect((await product.call('GET', '/v1/keys')).status).toBe(200);
    } finally {
      await Promise.all(processes.map((process) => process.start()));
    }
    await product.profile(ref, ({ orders }) => orders.count === 5);
  });

  it('Kafka: nothing is accepted, and what is known can still be read', async () => {
    const { userId, ref } = product.customer('no-kafka');
    await track(userId);
    await product.profile(ref);
    await product.kafka.kill('SIGKILL');
    try {
      const answer = await track(userId);
      expectCivil(answer);
      expect(gist(answer)).toEqual(refusal(503, 'GATEWAY_KAFKA_UNAVAILABLE'));
      await sleep(100);
      expect((await product.call('GET', `/v1/profiles/${encodeURIComponent(ref)}`)).status).toBe(200);
    } finally {
      await product.kafka.start();
    }
    await eventually('acceptance to go on', async () => (await track(userId)).status === 200);
  });
});
