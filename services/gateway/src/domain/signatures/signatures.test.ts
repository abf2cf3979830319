import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { graphHandshake } from './handshake.js';
import { GENERIC, PROVIDERS, SCHEMES } from './schemes.js';
import type { SignedRequest, Verifier } from './signature.js';
import { signedUrls } from './signed-urls.js';

const NOW = new Date('2026-01-15T09:00:00.000Z');
const SECONDS = String(NOW.getTime() / 1_000);
const request = (body: string, headers: Record<string, string>, more: Partial<SignedRequest> = {}): SignedRequest => ({
  method: 'POST',
  urls: ['https://rapport.example/v1/inbound/x/y'],
  headers,
  raw: Buffer.from(body),
  now: NOW,
  ...more,
});
const verifierOf = (provider: string): Verifier => SCHEMES[provider]!.verify as Verifier;
const hmac = (secret: string, text: string) => createHmac('sha256', secret).update(text);

describe('Twilio', () => {
  const verify = verifierOf('twilio');
  // the example of twilio.com/docs/usage/security, "Validating signatures from Twilio"
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
  const form = 'CallSid=CA1234567890ABCDE&Caller=%2B12349013030&Digits=1234&From=%2B12349013030&To=%2B18005551212';
  const headers = {
    'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
    'x-twilio-signature': '0/KCTR6DLpKmkAf8muzZqo1nDgQ=',
  };

  it('knows the signature of its documentation, whatever the order of the parameters', () => {
    expect(verify(request(form, headers, { urls: [url] }), '12345', {})).toBe(true);
    expect(verify(request(form.split('&').reverse().join('&'), headers, { urls: ['http://mycompany.com/', url] }), '12345', {})).toBe(true);
  });

  it('refuses another token, address, parameter, and no signature', () => {
    expect(verify(request(form, headers, { urls: [url] }), '12346', {})).toBe(false);
    expect(verify(request(form, headers, { urls: [`${url}&baz=3`] }), '12345', {})).toBe(false);
    expect(verify(request(`${form}&Digits=9`, headers, { urls: [url] }), '12345', {})).toBe(false);
    expect(verify(request(form, { 'content-type': headers['content-type'] }, { urls: [url] }), '12345', {})).toBe(false);
  });

  it('covers a JSON body by its digest in the address', () => {
    const body = '{"a":1}';
    const signed = `${url}&bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
    const signature = createHmac('sha1', '12345').update(signed).digest('base64');
    const json = { 'content-type': 'application/json', 'x-twilio-signature': signature };
    expect(verify(request(body, json, { urls: [signed] }), '12345', {})).toBe(true);
    expect(verify(request('{"a":2}', json, { urls: [signed] }), '12345', {})).toBe(false);
  });

  it('takes the stronger hash of a webhook rule', () => {
    const signature = createHmac('sha256', 'shared key').update(`${url}A1`).digest('base64');
    const ruled = { ...headers, 'x-twilio-signature': signature, 'x-twilio-webhooks-signature-settings': 'key=K1,algorithm=HMAC_SHA256' };
    expect(verify(request('A=1', ruled, { urls: [url] }), 'shared key', {})).toBe(true);
    expect(verify(request('A=1', { ...ruled, 'x-twilio-webhooks-signature-settings': '' }, { urls: [url] }), 'shared key', {})).toBe(false);
  });

  it('is tried under every address that the vendor may have signed', () => {
    expect(signedUrls('rapport.example', '/v1/inbound/twilio/x?a=1', {})).toEqual([
      'https://rapport.example/v1/inbound/twilio/x?a=1',
      'https://rapport.example:443/v1/inbound/twilio/x?a=1',
      'http://rapport.example/v1/inbound/twilio/x?a=1',
    ]);
    expect(signedUrls('10.0.0.7:8080', '/v1/inbound/twilio/x?a=1', { url: 'https://rapport.example/hooks' })).toEqual([
      'https://rapport.example/hooks',
      'https://rapport.example/hooks?a=1',
    ]);
  });
});

describe('Graph API', () => {
  const body = '{"object":"page","entry":[]}';
  const good = { 'x-hub-signature-256': `sha256=${hmac('app secret', body).digest('hex')}` };

  it.each(['whatsapp', 'messenger'])('%s: HMAC-SHA256 of the raw body', (provider) => {
    expect(verifierOf(provider)(request(body, good), 'app secret', {})).toBe(true);
    expect(verifierOf(provider)(request(`${body} `, good), 'app secret', {})).toBe(false);
    expect(verifierOf(provider)(request(body, good), 'other secret', {})).toBe(false);
    expect(verifierOf(provider)(request(body, {}), 'app secret', {})).toBe(false);
  });

  it('answers the verification with its challenge, and nobody else', () => {
    const query = { 'hub.mode': 'subscribe', 'hub.verify_token': 'meatyhamhock', 'hub.challenge': '1158201444' };
    expect(graphHandshake(query, 'meatyhamhock')).toBe('1158201444');
    expect(graphHandshake(query, 'another')).toBeUndefined();
    expect(graphHandshake({ ...query, 'hub.mode': 'unsubscribe' }, 'meatyhamhock')).toBeUndefined();
    expect(graphHandshake({ ...query, 'hub.challenge': '<script>' }, 'meatyhamhock')).toBeUndefined();
    expect(graphHandshake({ ...query, 'hub.verify_token': ['meatyhamhock'] }, 'meatyhamhock')).toBeUndefined();
  });
});

describe('Telegram', () => {
  it('sends the secret token that it was given', () => {
    const verify = verifierOf('telegram');
    expect(verify(request('{}', { 'x-telegram-bot-api-secret-token': 'a-token' }), 'a-token', {})).toBe(true);
    expect(verify(request('{}', { 'x-telegram-bot-api-secret-token': 'a-token2' }), 'a-token', {})).toBe(false);
    expect(verify(request('{}', {}), 'a-token', {})).toBe(false);
  });
});

describe('Zalo', () => {
  const verify = verifierOf('zalo');
  const signed = (timestamp: number, secret = 'oa secret') => {
    const body = JSON.stringify({ app_id: '360846524940903967', timestamp: String(timestamp), event_name: 'user_send_text' });
    const mac = createHash('sha256').update(`360846524940903967${body}${timestamp}${secret}`).digest('hex');
    return request(body, { 'x-zevent-signature': `mac=${mac}` });
  };

  it('is the SHA-256 of appId, body, timestamp and secret, for a day', () => {
    expect(verify(signed(NOW.getTime()), 'oa secret', {})).toBe(true);
    expect(verify(signed(NOW.getTime() - 86_400_001), 'oa secret', {})).toBe(false);
    expect(verify(signed(NOW.getTime(), 'other'), 'oa secret', {})).toBe(false);
    expect(verify(signed(NOW.getTime()), 'oa secret', { appId: '360846524940903967' })).toBe(true);
    expect(verify(signed(NOW.getTime()), 'oa secret', { appId: '1' })).toBe(false);
    expect(verify(request('not json', { 'x-zevent-signature': 'mac=00' }), 'oa secret', {})).toBe(false);
  });
});

describe('everything generic', () => {
  const verify = GENERIC.verify as Verifier;
  const body = '{"email":"ann@example.com"}';
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const standard = (at: Date) => ({
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(at.getTime() / 1_000),
    'webhook-signature': new Webhook(secret).sign('msg_1', at, body),
  });

  it('may sign as Standard Webhooks, as its own library does, for five minutes', () => {
    const headers = standard(NOW);
    expect(verify(request(body, headers), secret, {})).toBe(true);
    expect(verify(request(body, { ...headers, 'webhook-signature': `v1,AAAA v2,x ${headers['webhook-signature']}` }), secret, {})).toBe(
      true,
    );
    expect(verify(request(body, { ...headers, 'webhook-id': 'msg_2' }), secret, {})).toBe(false);
    expect(verify(request(`${body}\n`, headers), secret, {})).toBe(false);
    for (const ms of [-300_000, 300_000]) expect(verify(request(body, standard(new Date(NOW.getTime() + ms))), secret, {})).toBe(true);
    for (const ms of [-301_000, 301_000]) expect(verify(request(body, standard(new Date(NOW.getTime() + ms))), secret, {})).toBe(false);
  });

  it('or with a plain HMAC-SHA256, in hex or base64, with a time or without', () => {
    const accepts = (headers: Record<string, string>) => verify(request(body, headers), 'a secret', {});
    expect(accepts({ 'x-signature': hmac('a secret', body).digest('hex').toUpperCase() })).toBe(true);
    expect(accepts({ 'x-signature': `sha256=${hmac('a secret', body).digest('base64')}` })).toBe(true);
    expect(accepts({ 'x-signature': hmac('another', body).digest('hex') })).toBe(false);
    expect(accepts({ 'x-signature': '' })).toBe(false);
    const timed = hmac('a secret', `${SECONDS}.${body}`).digest('hex');
    expect(accepts({ 'x-signature': timed, 'x-timestamp': SECONDS })).toBe(true);
    expect(accepts({ 'x-signature': timed })).toBe(false);
    const late = String(NOW.getTime() / 1_000 - 301);
    expect(accepts({ 'x-signature': hmac('a secret', `${late}.${body}`).digest('hex'), 'x-timestamp': late })).toBe(false);
  });
});

describe('laws', () => {
  it('no request of a stranger is taken for a provider’s, and none makes a verifier throw', () => {
    const names = fc.constantFrom(
      'x-twilio-signature',
      'x-hub-signature-256',
      'x-telegram-bot-api-secret-token',
      'x-zevent-signature',
      'x-signature',
      'x-timestamp',
      'webhook-id',
      'webhook-timestamp',
      'webhook-signature',
      'content-type',
    );
    const values = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(SECONDS, 'sha256=', 'v1,', 'mac=', 'application/x-www-form-urlencoded'),
    );
    const settings = fc.dictionary(fc.constantFrom('url', 'appId'), fc.jsonValue());
    fc.assert(
      fc.property(
        fc.constantFrom(...PROVIDERS),
        fc.dictionary(names, values),
        fc.uint8Array(),
        settings,
        (provider, headers, raw, given) => {
          const { verify } = SCHEMES[provider]!;
          if (verify === 'elsewhere') return;
          const signed = request('', headers, { raw: Buffer.from(raw), urls: signedUrls('rapport.example', '/x', given) });
          expect(verify(signed, 'a secret that nobody guesses', given)).toBe(false);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
