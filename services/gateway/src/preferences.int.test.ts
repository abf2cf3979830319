import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signLink } from '@rapport/platform';
import { TopicReader } from './testing/read-topic.js';
import { startOnStack, type TestSetup } from './testing/setup.js';
import { SERVER_KEY } from './testing/start-gateway.js';

const ID = '019bc0a1-7c00-7000-8000-000000000010';
const AT = '2026-01-15T09:00:00.000Z';
const SECRET = 'link-secret-for-tests';
const ANN = {
  id: ID,
  identifiers: [{ type: 'userId', value: 'ann-preferences', firstSeenAt: AT }],
  contactPoints: [{ channel: 'email', address: 'ann@preferences.example', verified: true, reachable: true }],
  contacts: { byChannel: {}, byHandling: {} },
  consents: [{ purpose: 'marketing', channel: 'email', state: 'granted', at: AT, source: 'checkout' }],
  preferences: { language: { value: 'en', source: 'stated', basis: 'language', at: AT } },
};

/** What profiles answers; everybody else is unknown to it. */
const profiles = createServer((request, response) => {
  const known = ['/profiles/email%3Aann%40preferences.example', `/profiles/${ID}`, '/profiles/userId%3Aann-preferences'].some((path) =>
    request.url?.endsWith(path),
  );
  response.writeHead(known ? 200 : 404, { 'content-type': known ? 'application/json' : 'application/problem+json' });
  response.end(JSON.stringify(known ? ANN : { status: 404, code: 'PROFILES_NOT_FOUND', detail: 'There is no such profile.' }));
});
let setup: TestSetup;
let topic: TopicReader;

beforeAll(async () => {
  await new Promise<void>((resolve) => void profiles.listen(0, '127.0.0.1', resolve));
  setup = await startOnStack({ PROFILES_URL: `http://127.0.0.1:${(profiles.address() as AddressInfo).port}` });
  topic = await TopicReader.start(setup.brokers);
}, 60_000);
afterAll(async () => {
  await topic?.stop();
  await setup?.stop();
  profiles.closeAllConnections();
  profiles.close();
});

const link = (a: string, more: object = {}) =>
  `/p/${signLink({ k: 'preferences', t: 'email', a, e: Date.now() / 1_000 + 60, ...more }, SECRET)}`;
const confirm = (r: string, more: object = {}) =>
  `/c/${signLink({ k: 'confirm', t: 'email', a: 'new@example.com', u: 'marketing', r, w: '3', e: Date.now() / 1_000 + 60, ...more }, SECRET)}`;
const visit = async (path: string, form?: Record<string, string>, language = 'fr') => {
  const response = await fetch(`${setup.gateway.url}${path}`, {
    method: form === undefined ? 'GET' : 'POST',
    headers: { 'accept-language': language, 'content-type': 'application/x-www-form-urlencoded' },
    ...(form === undefined ? {} : { body: new URLSearchParams(form).toString() }),
  });
  return { status: response.status, headers: response.headers, html: await response.text() };
};
const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const response = await setup.gateway.request(method, path, body, {
    authorization: `Bearer ${SERVER_KEY}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  });
  return { status: response.status, body: (await response.json()) as Record<string, never> };
};
/** The fields of the page as a browser sends them when nothing is touched. */
const untouched = (html: string): Record<string, string> => {
  const form: Record<string, string> = {};
  for (const [tag] of html.matchAll(/<input [^>]*>/g)) {
    const [name, value] = ['name', 'value'].map((attribute) => new RegExp(`${attribute}="([^"]*)"`).exec(tag)?.[1] ?? '');
    if (!tag.includes('type="checkbox"') || tag.includes(' checked')) form[name!] = value!;
  }
  for (const [, name, options] of html.matchAll(/<select [^>]*name="([^"]*)">(.*?)<\/select>/g))
    form[name!] = /value="([^"]*)" selected/.exec(options!)?.[1] ?? '';
  return form;
};

describe('the preference centre', () => {
  it('shows what may be changed, in the language of the person, and neither scripts nor addresses', async () => {
    const { status, headers, html } = await visit(link('ann@preferences.example'));
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).toContain('<html lang="en">');
    expect(html).toContain('name="consent.marketing.email" value="1" checked');
    for (const absent of ['<script', 'ann@preferences.example', 'consent.transactional']) expect(html).not.toContain(absent);
    expect((await visit(`${link('ann@preferences.example')}?lang=vi`)).html).toContain('Tùy chọn liên lạc của bạn');
  });

  it('a GET, and a form that nobody touched, change nothing; what was changed is said with its words', async () => {
    const path = link('ann@preferences.example');
    const form = untouched((await visit(path)).html);
    expect((await visit(path, form)).html).toContain('Nothing was changed.');
    const { 'consent.marketing.email': _, ...unticked } = form;
    const saved = await visit(path, { ...unticked, timeZone: 'Asia/Ho_Chi_Minh', quietFrom: '22:00', quietTo: '07:00' });
    expect(saved.html).toContain('Saved.');
    expect(saved.html).toContain('name="consent.marketing.email" value="1">');
    const records = await topic.wait(2, ({ key }) => key === 'email:ann@preferences.example');
    expect(records.map(({ value }) => value.payload)).toEqual([
      expect.objectContaining({
        event: 'Preferences Changed',
        traits: { preferredTimeZone: 'Asia/Ho_Chi_Minh', quietHours: { from: '22:00', to: '07:00' } },
      }),
      expect.objectContaining({
        event: 'Consent Withdrawn',
        properties: {
          purpose: 'marketing',
          channel: 'email',
          wording: 'I do not want to receive: Offers and advertising (E-mail)',
          wordingVersion: 'preference-centre-2-en',
          source: 'preference-centre',
          actor: 'customer',
        },
      }),
    ]);
  });

  it('says which part was not saved, and shows it again', async () => {
    const path = link('ann@preferences.example');
    const form = { ...untouched((await visit(path)).html), quietFrom: '22:00' };
    const { html } = await visit(path, form);
    expect(html).toContain('<p role="alert" class="note">The quiet hours were not saved.');
    for (const absent of ['Saved.', 'Nothing was changed']) expect(html).not.toContain(absent);
    expect(html).toMatch(
      /name="quietFrom" value="22:00"[^>]* aria-invalid="true"><\/label><input type="hidden" name="was.quietFrom" value="">/,
    );
    expect((await visit(path, { ...form, channel: 'email' })).html).toContain('Saved.');
  });

  it('of somebody unknown still lets him stop everything', async () => {
    const path = link('stranger@preferences.example');
    expect((await visit(path)).html).toContain('lang="vi"');
    expect((await visit(path, { action: 'stop' })).status).toBe(200);
    const records = await topic.wait(4, ({ key }) => key === 'email:stranger@preferences.example');
    expect(records.map(({ value }) => (value.payload as { properties: object }).properties)).toMatchObject(
      ['service', 'survey', 'relationship', 'marketing'].map((purpose) => ({ purpose, channel: '*' })),
    );
  });

  it.each([
    ['changed', () => `${link('ann@preferences.example').slice(0, -4)}AAAA`, 'not work'],
    ['expired', () => link('ann@preferences.example', { e: 1 }), 'has expired'],
    ['expired before it confirmed', () => confirm('request-0', { e: 1 }), 'Please sign up again'],
    ['of another kind', () => link('ann@preferences.example', { k: 'confirm' }), 'not work'],
  ])('a link that was %s opens nothing', async (_, path, words) => {
    for (const form of [undefined, { action: 'stop' }]) {
      const { status, html } = await visit(path(), form, 'en');
      expect([status, html.includes(words)]).toEqual([404, true]);
    }
  });
});

describe('double opt-in', () => {
  it('the link asks, the button confirms, twice is once', async () => {
    const path = confirm('request-1');
    const page = await visit(path, undefined, 'en');
    expect([page.status, page.html.includes('I confirm'), page.html.includes('Offers and advertising')]).toEqual([200, true, true]);
    // scanners look with HEAD, follow with GET, and some post what they find
    expect((await fetch(`${setup.gateway.url}${path}`, { method: 'HEAD' })).status).toBe(200);
    for (const form of [{}, { confirm: 'no' }] as Record<string, string>[])
      expect((await visit(path, form, 'en')).html).toContain('I confirm');
    for (let time = 0; time < 2; time++) expect((await visit(path, { confirm: 'yes' }, 'en')).html).toContain('Thank you');
    const records = await topic.wait(2, ({ key }) => key === 'email:new@example.com');
    expect(new Set(records.map(({ value }) => `${value.source}/${value.messageId}`))).toEqual(new Set(['double-opt-in/confirm:request-1']));
    expect(records[0]!.value.payload).toMatchObject({
      event: 'Consent Confirmed',
      properties: { purpose: 'marketing', wordingVersion: '3' },
    });
  });

  it('is asked for through the door of consents, by e-mail only', async () => {
    const ask = (ref: string, body: object) =>
      call('POST', `/v1/profiles/${ref}/consents`, { purpose: 'marketing', state: 'pending', ...body });
    expect((await ask('userId:ann-preferences', { email: 'asked@example.com', wordingVersion: '3' })).status).toBe(202);
    const [record] = await topic.wait(
      1,
      ({ key, value }) => key === 'userId:ann-preferences' && (value.payload as { event?: string }).event === 'Consent Requested',
    );
    expect(record!.value.payload).toMatchObject({
      identifiers: { userId: 'ann-preferences', email: 'asked@example.com' },
      properties: { purpose: 'marketing', channel: 'email', email: 'asked@example.com', wordingVersion: '3' },
    });
    expect(await ask('userId:ann-preferences', {})).toMatchObject({ status: 400, body: { errors: [{ pointer: '/email' }] } });
    expect(await ask('userId:ann-preferences', { channel: 'sms' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/channel' }] },
    });
    expect(await ask('userId:ann-preferences', { email: 'nobody' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/email' }] },
    });
  });
});

describe('preferences for programs', () => {
  it('are read, changed under an Idempotency-Key, and linked to', async () => {
    const { body } = await call('GET', '/v1/profiles/userId:ann-preferences/preferences');
    expect(body).toMatchObject({ profileId: ID, channel: null, language: { value: 'en', source: 'stated' }, channels: ['email'] });
    const change = { channel: 'zalo', language: null, consents: [{ purpose: 'survey', channel: '*', state: 'withdrawn' }] };
    const headers = { 'idempotency-key': `change-${Date.now()}` };
    const [first, again] = [0, 1].map(() => call('PATCH', '/v1/profiles/userId:ann-preferences/preferences', change, headers));
    expect(await first).toMatchObject({ status: 202, body: { accepted: 2 } });
    expect((await again!).body).toEqual((await first!).body);
    const { status, body: made } = await call('POST', '/v1/profiles/userId:ann-preferences/preference-links');
    expect([status, (await visit(made['path']!)).status]).toEqual([201, 200]);
  });

  it('are refused by pointer, and nothing of them is accepted', async () => {
    const answer = await call('PATCH', '/v1/profiles/userId:ann-preferences/preferences', { channel: 'zalo', timeZone: 'Mars/Olympus' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'GATEWAY_PREFERENCES_INVALID', errors: [{ pointer: '/timeZone' }] } });
  });
});
