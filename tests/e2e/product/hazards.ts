import { readFileSync } from 'node:fs';
import { type Body, eventually, type Product } from './product.js';

const API: Body = JSON.parse(readFileSync(new URL('../../../docs/api/openapi.json', import.meta.url), 'utf8'));

/** What stands in the place of a value in a good body. As JSON text: most of it cannot be written as a value. */
const VALUES: Readonly<Record<string, string>> = {
  NUL: '"a\\u0000b"',
  'a lone surrogate': '"\\ud83d"',
  '`__proto__`': '{"__proto__":{"admin":true}}',
  '`constructor`': '{"constructor":{"prototype":1}}',
  '1e400': '1e400',
  '1,000 levels': `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`,
  'an array': '[]',
  'an object': '{}',
  null: 'null',
  'a number': '-1.5',
  'a big number': '99999999999999999999',
  'an empty text': '""',
  'a long text': `"${'x'.repeat(33_000)}"`,
  'the year 9999': '"9999-12-31T23:59:59.999Z"',
};
/** The same for parts of a path and values of a query. */
const TEXTS: Readonly<Record<string, string>> = {
  NUL: '%00',
  'no UTF-8': '%ED%A0%BD',
  'a lone %': '%',
  'a long text': 'x'.repeat(5_000),
  dots: '..',
  'a slash': 'a%2Fb',
  quotes: `'%22`,
  'a number': '-1',
  'a big number': '99999999999999999999',
  '`__proto__`': '__proto__',
  '`constructor`': 'constructor',
};

export interface Hazardous {
  readonly what: string;
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
  /** Renders a template. */
  readonly slow: boolean;
}

/** Things that are there, so that the requests come further than to a 404. */
export type Seeds = Readonly<Record<string, string>>;

export async function seedDoors(product: Product): Promise<Seeds> {
  const { userId, email, phone, ref } = product.customer('doors');
  await product.segment('identify', { userId, traits: { email, phone }, context: { page: { url: 'https://shop.example/' } } });
  await product.profile(ref);
  const segment = await product.ask('POST', '/v1/segments', { name: 'doors', rule: { did: 'Order Completed' } });
  await product.ask('PUT', '/v1/templates/doors', {
    purpose: 'service',
    locales: { en: { in_app: { title: 't', text: 't' }, phone: { script: 's' } } },
  });
  const steps = [{ notify: { template: 'doors', purpose: 'service', urgency: 'normal' } }];
  const journey = await product.ask('POST', '/v1/journeys', { name: 'doors', trigger: { segment: segment.id, on: 'entered' }, steps });
  const webhook = await product.ask('POST', '/v1/webhooks', { url: 'https://192.0.0.9/' }).catch(() => ({ id: segment.id }));
  const phoned = await product.ask('POST', '/v1/notifications', { to: ref, purpose: 'service', template: 'doors', channels: ['phone'] });
  await product.ask('POST', '/v1/notifications', { to: ref, purpose: 'service', template: 'doors', channels: ['in_app'] });
  const task = await eventually('a task', async () =>
    (await product.ask('GET', '/v1/tasks')).data.find(({ notificationId }: Body) => notificationId === phoned.id),
  );
  const [message] = (await product.under(ref, 'inbox', ({ data }) => data.length > 0)).data;
  return {
    ref,
    segments: segment.id,
    journeys: journey.id,
    webhooks: webhook.id,
    notifications: phoned.id,
    tasks: task.id,
    inbox: message.id,
    templates: 'doors',
    keys: segment.id,
    u: 'token',
  };
}

/** The gateway's own (its bad-input.int.test.ts has them), what is not supported whatever it is asked, what holds the line. */
const LEFT_OUT = /^\/v1\/(track|identify|page|screen|group|alias|batch|import|interactions)$|segments.*preview|stream$/;

/** Each door of the description, each of its parameters and each place in its example body, each with every hazard. Nothing is deleted. */
export function everyDoorWithEveryHazard(seeds: Seeds): Hazardous[] {
  return Object.entries<Body>(API.paths).flatMap(([path, operations]) =>
    Object.entries<Body>(operations)
      .filter(([method]) => method !== 'delete' && !LEFT_OUT.test(path))
      .flatMap(([method, operation]) => [...ofDoor(path, method.toUpperCase(), operation, seeds)]),
  );
}

function* ofDoor(path: string, method: string, { parameters = [], requestBody }: Body, seeds: Seeds): Generator<Hazardous> {
  const example = requestBody && Object.values<Body>(Object.values<Body>(requestBody.content)[0].examples)[0].value;
  const good = example && seeded(example, seeds);
  const slow = path.includes('/templates');
  const text = good && JSON.stringify(good);
  const hazard = (what: string, at: string, body: string | undefined): Hazardous => ({
    what: `${what} ${method} ${path}`,
    method,
    path: at,
    body,
    slow,
  });
  for (const { name, in: place } of [...parameters, { name: 'unknown', in: 'query' }]) {
    for (const [what, value] of Object.entries(TEXTS)) {
      if (place === 'path') yield hazard(`${what} as ${name}`, filled(path, seeds, { [name]: value }), text);
      if (place === 'query') yield hazard(`${what} in ?${name}`, `${filled(path, seeds)}?${name}=${value}`, text);
    }
  }
  if (!good) return;
  for (const place of placesIn(good))
    for (const [what, value] of Object.entries(VALUES))
      yield hazard(`${what} at /${place.join('/')}`, filled(path, seeds), withValue(good, place, value));
}

/** The address with things that are there. */
function filled(path: string, seeds: Seeds, given: Readonly<Record<string, string>> = {}): string {
  const [, , family = ''] = path.startsWith('/v1/') ? path.split('/') : ['', '', path.split('/')[1]];
  return path.replace(
    /\{(\w+)\}/g,
    (_, name: string) => given[name] ?? (name === 'ref' ? encodeURIComponent(seeds.ref!) : (seeds[family] ?? 'none')),
  );
}

/** The example, about somebody who is there. */
function seeded(example: Body, seeds: Seeds): Body {
  const body = structuredClone(example);
  if (body.to) body.to = seeds.ref;
  if (body.template) body.template = 'doors';
  if (body.trigger?.segment) body.trigger.segment = seeds.segments;
  return body;
}

function* placesIn(value: unknown, place: readonly string[] = []): Generator<readonly string[]> {
  yield place;
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) yield* placesIn(member, [...place, name]);
}

const MARK = '@@here@@';

function withValue(value: Body, place: readonly string[], json: string): string {
  const marked = structuredClone(place.length === 0 ? MARK : value);
  let parent = marked;
  for (const name of place.slice(0, -1)) parent = parent[name];
  if (place.length > 0) parent[place.at(-1)!] = MARK;
  return JSON.stringify(marked).replace(`"${MARK}"`, () => json);
}
