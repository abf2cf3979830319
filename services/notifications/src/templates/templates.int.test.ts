import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { DispatchWorld } from '../dispatch/testing/dispatch-world.js';
import { Replicas } from '../dispatch/testing/replicas.js';

// everything runs on one small machine: a limit for what hangs, not for what is slow
jest.setTimeout(90_000);

let replicas: Replicas;
let world: DispatchWorld;
const call: Replicas['call'] = (...request) => replicas.call(...request);
beforeAll(async () => {
  replicas = await Replicas.open();
  world = replicas.world;
});
afterAll(() => replicas?.close());

const TEMPLATE = {
  purpose: 'service',
  locales: {
    vi: {
      email: { subject: 'Chào {{ firstName }}', html: '<p>{{ firstName }}</p>' },
      in_app: { title: 'Chào {{ firstName }}', text: 'x' },
      phone: { script: 'Gọi {{ firstName }}' },
    },
    en: { email: { subject: 'Hello {{ firstName }}', text: 'Hello' } },
  },
};

describe('templates', () => {
  it('are versioned, and the same again is no new version', async () => {
    expect(await call('PUT', '/templates/welcome', TEMPLATE)).toMatchObject({
      status: 200,
      body: { name: 'welcome', version: 1, defaultLocale: 'vi' },
    });
    const reordered = { locales: { en: TEMPLATE.locales.en, vi: TEMPLATE.locales.vi }, purpose: 'service' };
    expect(await call('PUT', '/templates/welcome', reordered)).toMatchObject({ body: { version: 1 } });
    expect(await call('PUT', '/templates/welcome', { ...TEMPLATE, purpose: 'marketing' })).toMatchObject({ body: { version: 2 } });
    expect(await call('GET', '/templates/welcome', undefined, 1)).toMatchObject({
      status: 200,
      body: { version: 2, purpose: 'marketing' },
    });
    expect(await call('GET', '/templates/welcome?version=1')).toMatchObject({ body: { version: 1, purpose: 'service' } });
    expect(await call('GET', '/templates?limit=1')).toMatchObject({ body: { data: [{ name: 'welcome', version: 2 }], nextCursor: null } });
  });
  it('ten authors at once make ten versions', async () => {
    const puts = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        call('PUT', '/templates/busy', { purpose: 'service', locales: { vi: { phone: { script: `${n}` } } } }, n % 2 ? 1 : 0),
      ),
    );
    expect(puts.map(({ body }) => body.version as number).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
  it.each([
    ['a shape', { purpose: 'service', locales: { vi: { email: { subject: 'x', pdf: 'x' } } } }, '/locales/vi/email/pdf'],
    ['a syntax', { purpose: 'service', locales: { vi: { phone: { script: '{% if %}' } } } }, '/locales/vi/phone/script'],
    [
      'an endless loop',
      {
        purpose: 'service',
        locales: { vi: { phone: { script: '{% for i in (1..100000) %}{% for j in (1..100000) %}{% endfor %}{% endfor %}' } } },
      },
      '/locales/vi/phone/script',
    ],
    ['an array', [], ''],
  ])('%s that is wrong is refused with its pointer', async (_, body, pointer) => {
    expect(await call('PUT', '/templates/bad', body)).toMatchObject({
      status: 400,
      body: { code: 'NOTIFICATIONS_TEMPLATE_INVALID', errors: expect.arrayContaining([expect.objectContaining({ pointer })]) },
    });
    expect(await call('GET', '/templates/bad')).toMatchObject({ status: 404, body: { code: 'NOTIFICATIONS_TEMPLATE_NOT_FOUND' } });
  });
  it('are previewed as they are sent', async () => {
    const data = { firstName: 'Ánh & <Co>' };
    const preview = await call('POST', '/templates/welcome/preview', { channel: 'in_app', locale: 'vi-VN', data });
    const profileId = randomUUID();
    const id = await world.queue({
      channel: 'in_app',
      address: 'x',
      template: 'welcome',
      locale: 'vi-VN',
      data,
      purpose: 'marketing',
      profileId,
    });
    await world.outcomeOf(id);
    const { rendered } = await world.delivery(id);
    const { at, ...sent } = rendered as Record<string, unknown>;
    expect(preview).toEqual({ status: 200, body: sent });
    expect(at).toEqual(expect.any(String));
    expect(await call('POST', '/templates/welcome/preview', { channel: 'webhook' })).toMatchObject({
      status: 422,
      body: { code: 'NOTIFICATIONS_LOCALE_MISSING' },
    });
  });
});
