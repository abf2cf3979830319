import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { Analytics } from '@segment/analytics-node';
import { TopicReader } from './testing/read-topic.js';
import { startOnStack, type TestSetup } from './testing/setup.js';
import { WRITE_KEY } from './testing/start-gateway.js';

let setup: TestSetup;
let topic: TopicReader;

beforeAll(async () => {
  setup = await startOnStack();
  topic = await TopicReader.start(setup.brokers);
}, 60_000);

afterAll(async () => {
  await topic?.stop();
  await setup?.stop();
});

const TYPES = ['alias', 'group', 'identify', 'page', 'screen', 'track'];
const typesOf = async (userId: string): Promise<string[]> =>
  (await topic.wait(TYPES.length, ({ key }) => key === `userId:${userId}`)).map(({ value }) => value.type).sort();

describe('unmodified SDKs', () => {
  it('@segment/analytics-node gets all six calls through', async () => {
    const analytics = new Analytics({ writeKey: WRITE_KEY, host: setup.gateway.url, path: '/v1/batch', flushAt: 3, flushInterval: 50 });
    const failed: unknown[] = [];
    analytics.on('error', (error) => failed.push(error));
    const userId = `segment-${Date.now()}`;
    analytics.identify({ userId, traits: { plan: 'pro' } });
    analytics.track({ userId, event: 'Order Completed', properties: { total: 12.5 } });
    analytics.page({ userId, name: 'Pricing' });
    analytics.screen({ userId, name: 'Cart' });
    analytics.group({ userId, groupId: 'acme' });
    analytics.alias({ userId, previousId: 'anon-1' });
    await analytics.closeAndFlush();
    expect(failed).toEqual([]);
    expect(await typesOf(userId)).toEqual(TYPES);
  }, 30_000);

  it('@rudderstack/rudder-sdk-node gets all six calls through, gzipped and labelled as a form', async () => {
    const Client = ((RudderAnalytics as unknown as { default?: typeof RudderAnalytics }).default ??
      RudderAnalytics) as typeof RudderAnalytics;
    const analytics = new Client(WRITE_KEY, { dataPlaneUrl: setup.gateway.url, flushAt: 6, gzip: true });
    const userId = `rudder-${Date.now()}`;
    analytics.identify({ userId, traits: { plan: 'pro' } });
    analytics.track({ userId, event: 'Order Completed', properties: { total: 12.5 } });
    analytics.page({ userId, name: 'Pricing' });
    analytics.screen({ userId, name: 'Cart' });
    analytics.group({ userId, groupId: 'acme' });
    analytics.alias({ userId, previousId: 'anon-1' });
    await new Promise<void>((resolve, reject) => void analytics.flush((error?: Error) => (error ? reject(error) : resolve())));
    expect(await typesOf(userId)).toEqual(TYPES);
  }, 30_000);
});
