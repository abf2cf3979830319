import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../domain/parse-json.js';
import type { SignedRequest } from '../domain/signatures/signature.js';
import { isCertificateUrl, isSubscribeUrl } from '../domain/signatures/sns.js';
import { CERTIFICATE_URL, SUBSCRIBE_URL, type SnsStandIn, signedBySns, startSnsStandIn, TOPIC } from '../testing/sns-signer.js';
import { SnsVerifier } from './sns-verifier.js';

let sns: SnsStandIn;
let verifier: SnsVerifier;
beforeAll(async () => {
  sns = await startSnsStandIn();
});
beforeEach(() => {
  sns.asked.length = 0;
  sns.failWith = 0;
  verifier = new SnsVerifier({ baseUrl: sns.url });
});
afterAll(() => sns.stop());

const request = (body: string, now = new Date()): SignedRequest => ({ method: 'POST', urls: [], headers: {}, raw: Buffer.from(body), now });
const verify = (body: string, settings: Json = {}, now?: Date) => verifier.verify(request(body, now), ['another topic', TOPIC], settings);
const changed = (body: string, more: object): string => JSON.stringify({ ...JSON.parse(body), ...more });

describe('a message of SNS', () => {
  it.each(['1', '2'] as const)('is genuine under signature version %s, and the certificate is fetched once', async (version) => {
    expect(await verify(signedBySns({}, version))).toBe(true);
    expect(await verify(signedBySns({ Subject: 'Amazon SES Email Event Notification' }, version))).toBe(true);
    expect(sns.asked).toHaveLength(1);
  });

  it.each([
    ['a changed message', changed(signedBySns(), { Message: '{"notificationType":"Bounce"}' })],
    ['a subject put in', changed(signedBySns(), { Subject: 'x' })],
    ['another version', changed(signedBySns(), { SignatureVersion: '2' })],
    ['an unknown version', changed(signedBySns(), { SignatureVersion: '3' })],
    ['a certificate that is not there', changed(signedBySns(), { SigningCertURL: CERTIFICATE_URL.replace('0123', '9999') })],
  ])('%s is refused', async (_, body) => expect(await verify(body)).toBe(false));

  it.each([
    ['another topic, well signed', signedBySns({ TopicArn: `${TOPIC}2` })],
    ['an old one', signedBySns({ Timestamp: new Date(Date.now() - 4_000_000).toISOString() })],
    [
      'a certificate of somewhere else',
      signedBySns({ SigningCertURL: 'https://sns.ap-southeast-1.amazonaws.com.evil.example/SimpleNotificationService-0.pem' }),
    ],
    ['no message of SNS', '{"Type":"constructor"}'],
    ['no JSON', 'x'],
  ])('%s is refused, and nothing is fetched for it', async (_, body) => {
    expect(await verify(body)).toBe(false);
    expect(sns.asked).toEqual([]);
  });

  it('cannot be told while the vendor does not answer, and can later', async () => {
    sns.failWith = 503;
    await expect(verify(signedBySns())).rejects.toThrow('503');
    sns.failWith = 0;
    expect(await verify(signedBySns())).toBe(true);
  });

  it('is refused once the certificate has run out', async () => {
    const later = new Date('2200-01-01T00:00:00Z');
    expect(await verify(signedBySns({ Timestamp: later.toISOString() }), {}, later)).toBe(false);
  });
});

describe('a subscription', () => {
  const confirmation = (more = {}) =>
    signedBySns({
      Type: 'SubscriptionConfirmation',
      Token: '2336412f37',
      SubscribeURL: SUBSCRIBE_URL,
      Message: 'You have chosen to subscribe',
      ...more,
    });
  const confirmed = () => sns.asked.filter((path) => path.startsWith('/?Action=ConfirmSubscription'));

  it('is confirmed when the connection says so', async () => {
    expect(await verify(confirmation(), { confirmSubscription: true })).toBe(true);
    expect(confirmed()).toHaveLength(1);
  });
  it('is let through unconfirmed when it does not', async () => {
    expect(await verify(confirmation())).toBe(true);
    expect(confirmed()).toEqual([]);
  });
  it('is confirmed at the vendor only', async () => {
    expect(
      await verify(confirmation({ SubscribeURL: 'https://evil.example/?Action=ConfirmSubscription&Token=1' }), {
        confirmSubscription: true,
      }),
    ).toBe(false);
    expect(confirmed()).toEqual([]);
  });
});

it.each([
  'http://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem',
  'https://sns.us-east-1.amazonaws.com@evil.example/SimpleNotificationService-0.pem',
  'https://sns.us-east-1.amazonaws.com:8443/SimpleNotificationService-0.pem',
  'https://evil.amazonaws.com/SimpleNotificationService-0.pem',
  'https://sns.us-east-1.amazonaws.com/../evil/SimpleNotificationService-0.pem',
  'https://sns.a/b.amazonaws.com/SimpleNotificationService-0.pem',
  undefined,
])('%j is no address of a certificate, nor of a confirmation', (url) => {
  expect(isCertificateUrl(url)).toBe(false);
  expect(isSubscribeUrl(url)).toBe(false);
});
