import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TopicReader } from '../testing/read-topic.js';
import { startOnStack, type TestSetup } from '../testing/setup.js';
import { type SnsStandIn, signedBySns, startSnsStandIn, SUBSCRIBE_URL, TOPIC } from '../testing/sns-signer.js';
import { SERVER_KEY } from '../testing/start-gateway.js';

jest.setTimeout(60_000);

const SERVER = { authorization: `Bearer ${SERVER_KEY}`, 'content-type': 'application/json' };
/** SNS posts its JSON as text. */
const AS_SNS = { 'content-type': 'text/plain; charset=UTF-8' };
let sns: SnsStandIn;
let setup: TestSetup;
let topic: TopicReader;

beforeAll(async () => {
  sns = await startSnsStandIn();
  setup = await startOnStack({ SNS_BASE_URL: sns.url });
  topic = await TopicReader.start(setup.brokers);
  const connection = { provider: 'ses', name: 'mail', secrets: [TOPIC], settings: { confirmSubscription: true } };
  expect((await setup.gateway.request('POST', '/v1/connections', connection, SERVER)).status).toBe(201);
});
afterAll(async () => {
  await topic?.stop();
  await setup?.stop();
  await sns?.stop();
});

const deliver = (body: string) => setup.gateway.request('POST', '/v1/inbound/ses/mail', body, AS_SNS);

describe('the door of Amazon SES', () => {
  it('asks for a second try while the certificate cannot be had', async () => {
    sns.failWith = 500;
    expect((await deliver(signedBySns())).status).toBe(503);
    sns.failWith = 0;
  });

  it('takes what SNS signed for this topic, as it came', async () => {
    const body = signedBySns({ MessageId: 'm-1' }, '2');
    expect((await deliver(body)).status).toBe(200);
    const [record] = await topic.wait(1, ({ value }) => JSON.stringify(value).includes('m-1'));
    expect(record?.value).toMatchObject({ source: 'inbound:ses:mail', payload: { provider: 'ses', body, encoding: 'utf8' } });
  });

  it.each([
    ['another topic', signedBySns({ TopicArn: `${TOPIC}-of-somebody-else` })],
    ['a forged message', signedBySns().replace('Delivery', 'Complaint')],
    ['no message of SNS', '{}'],
  ])('refuses %s', async (_, body) => expect((await deliver(body)).status).toBe(401));

  it('confirms its subscription', async () => {
    expect(
      (await deliver(signedBySns({ Type: 'SubscriptionConfirmation', Token: '2336412f37', SubscribeURL: SUBSCRIBE_URL }))).status,
    ).toBe(200);
    expect(sns.asked.some((path) => path.startsWith('/?Action=ConfirmSubscription'))).toBe(true);
  });
});
