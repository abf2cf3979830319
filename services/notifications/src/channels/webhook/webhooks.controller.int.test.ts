import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Replicas } from '../../dispatch/testing/replicas.js';

// everything runs on one small machine: a limit for what hangs, not for what is slow
jest.setTimeout(90_000);

let replicas: Replicas;
const call: Replicas['call'] = (...request) => replicas.call(...request);
beforeAll(async () => {
  replicas = await Replicas.open();
});
afterAll(() => replicas?.close());

describe('webhook endpoints', () => {
  it('show their secret once', async () => {
    const created = await call('POST', '/webhooks', { url: 'https://93.184.216.34/hook', description: 'CRM' });
    expect(created).toMatchObject({ status: 201, body: { enabled: true, secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{32}$/) } });
    const { id, secret } = created.body;
    expect((await call('GET', `/webhooks/${id}`)).body).not.toHaveProperty('secret');
    expect((await call('GET', '/webhooks')).body).toMatchObject({
      data: [expect.not.objectContaining({ secret: expect.anything() })],
      nextCursor: null,
    });
    expect((await call('POST', `/webhooks/${id}/rotate`)).body.secret).not.toBe(secret);
    expect((await call('PATCH', `/webhooks/${id}`, { enabled: false })).body).toMatchObject({
      enabled: false,
      disabledReason: expect.any(String),
    });
    expect(await call('DELETE', `/webhooks/${id}`)).toEqual({ status: 204, body: undefined });
    expect(await call('GET', `/webhooks/${id}`)).toMatchObject({ status: 404 });
  });
  it.each([
    'http://127.0.0.1/x',
    'https://[::ffff:127.0.0.1]/',
    'https://10.0.0.1/',
    'https://2130706433/',
    'https://169.254.169.254/',
    'https://localhost/',
  ])('%s cannot be one', async (url) => {
    expect(await call('POST', '/webhooks', { url })).toMatchObject({
      status: 400,
      body: { code: 'NOTIFICATIONS_WEBHOOK_ADDRESS_REFUSED', errors: [{ pointer: '/url' }] },
    });
  });
});
