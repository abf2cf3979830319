import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { Analytics } from '@segment/analytics-node';
import { type Body, eventually, type Product } from '../product/product.js';

const Rudder = ((RudderAnalytics as unknown as { default?: typeof RudderAnalytics }).default ?? RudderAnalytics) as typeof RudderAnalytics;
const WEB = { page: { url: 'https://shop.example/cart' } };
const APP = { device: { type: 'android' }, app: { name: 'Shop' } };

/** What call centre, shops and the rest know: channel by channel in our own shape. */
const OFFLINE = [
  { event: 'Call Ended', channel: 'phone', agentId: 'agent-7' },
  { event: 'Store Visited', channel: 'store' },
  { event: 'Live Chat Conversation Started', channel: 'live_chat', conversationId: 'chat-1' },
  { event: 'Email Link Clicked', channel: 'email' },
  { event: 'Chatbot Question Asked', channel: 'chatbot', text: 'When does it arrive?' },
  { event: 'Package Delivered', channel: 'delivery' },
  { event: 'Forum Answer Accepted', channel: 'forum' },
  { event: 'Webinar Attended', channel: 'webinar' },
] as const;

export function customersAreHeard(given: () => Product): void {
  describe('a customer is heard on ten channels', () => {
    let ann: ReturnType<Product['customer']>;
    let segmentId: string;

    beforeAll(async () => {
      const product = given();
      ann = product.customer('ann');
      const rule = {
        all: [
          { did: 'Order Completed', where: { 'properties.total': { gte: 100 } }, within: { days: 30 } },
          { trait: 'plan', is: 'pro' },
        ],
      };
      segmentId = (await product.ask('POST', '/v1/segments', { name: `Big orders ${product.run}`, rule })).id;
      await sendAll(product, ann);
    });

    it('is one person with exact facts', async () => {
      const channels = ['web', 'mobile_app', ...OFFLINE.map(({ channel }) => channel)];
      const profile = await given().profile(ann.ref, ({ contacts }) => channels.every((channel) => contacts.byChannel[channel]));
      expect(profile).toMatchObject({
        identifiers: expect.arrayContaining([
          expect.objectContaining({ type: 'userId', value: ann.userId }),
          expect.objectContaining({ type: 'email', value: ann.email }),
          expect.objectContaining({ type: 'phone', value: ann.phone }),
        ]),
        traits: { plan: { value: 'pro', source: 'default', at: expect.any(String) } },
        orders: { count: 2, revenue: [{ currency: 'GBP', amount: '139.42' }] },
        refunds: { count: 0, amount: [] },
      });
      expect(profile.contacts.byChannel.web.count).toBe(3);
      expect(profile.contacts.byHandling.human.count).toBe(4);
      for (const alias of [`email:${ann.email.toUpperCase()}`, `phone:${ann.phone}`, profile.id])
        expect((await given().find(`/v1/profiles/${encodeURIComponent(alias)}`)).id).toBe(profile.id);
    });

    it('has a timeline of everything, each once, newest first, filtered by channel', async () => {
      const { data, nextCursor } = await given().under(ann.ref, 'interactions?limit=50', (page) => page.data.length >= 12);
      expect(data).toHaveLength(12);
      expect(nextCursor).toBeNull();
      expect(new Set(data.map(({ channel }: Body) => channel)).size).toBe(10);
      const times = data.map(({ at }: Body) => at);
      expect(times).toEqual([...times].sort().reverse());
      expect(data.find(({ event }: Body) => event === 'Call Ended')).toMatchObject({
        handling: 'human',
        agentId: 'agent-7',
        direction: 'inbound',
      });
      const phone = await given().find(`/v1/profiles/${encodeURIComponent(ann.ref)}/interactions?channel=phone`);
      expect(phone.data.map(({ event }: Body) => event)).toEqual(['Call Ended']);
    });

    it('is in a segment, which says why and until when', async () => {
      const [membership] = (await given().under(ann.ref, 'segments', ({ data }) => data.length > 0)).data;
      expect(membership).toMatchObject({
        segmentId,
        member: true,
        since: expect.any(String),
        why: [
          { leaf: '/all/0', holds: true, evidence: { count: 1, lastAt: expect.any(String) } },
          { leaf: '/all/1', holds: true, evidence: { value: 'pro' } },
        ],
      });
      expect(Date.parse(membership.reviewAt) - Date.parse(membership.why[0].evidence.lastAt)).toBe(30 * 86_400_000);
      const members = await given().find(`/v1/profiles?segment=${segmentId}`);
      // which identifier comes first depends on milliseconds
      const userIds = members.data.map(({ identifiers }: Body) => identifiers.find(({ type }: Body) => type === 'userId')?.value);
      expect(userIds).toEqual([ann.userId]);
    });

    it('has a relationship type with all eight scores and its reasons', async () => {
      const { relationshipType } = await given().under(ann.ref, 'relationship', (body) => body.relationshipType.confidence > 0.3);
      expect(Object.keys(relationshipType.scores)).toHaveLength(8);
      expect(relationshipType).toMatchObject({
        primary: expect.any(String),
        reasons: [expect.stringMatching(/^\d+ interactions in 180 days/)],
      });
    });

    it('fills a new segment from history', async () => {
      const product = given();
      const body = { name: `Met in a shop ${product.run}`, rule: { did: 'Store Visited', where: { channel: { is: 'store' } } } };
      const made = await product.ask('POST', '/v1/segments', body, { 'idempotency-key': `shop-${product.run}` });
      expect(await product.ask('POST', '/v1/segments', body, { 'idempotency-key': `shop-${product.run}` })).toEqual(made);
      await eventually('the segment to be live', async () => (await product.find(`/v1/segments/${made.id}`)).state === 'live');
      const { id } = await product.profile(ann.ref);
      const { data } = await product.find(`/v1/segments/${made.id}/members`);
      expect(data.map(({ profileId }: Body) => profileId)).toEqual([id]);
    });

    it('turns out to be another whom we knew: the old id leads to the survivor', async () => {
      const product = given();
      const anonymousId = `visitor-${product.run}`;
      await product.segment('track', { anonymousId, event: 'Product Viewed', properties: {} });
      const visitor = await product.profile(`anonymousId:${anonymousId}`);
      await product.segment('identify', { userId: ann.userId, anonymousId, traits: {} });
      const { id } = await product.profile(ann.ref, ({ mergedFrom, id: own }) => mergedFrom.includes(visitor.id) || own === visitor.id);
      const [lost] = (await product.find(`/v1/profiles/${id}/merges`)).data;
      const redirected = await product.call('GET', `/v1/profiles/${lost.mergedId}`);
      expect([redirected.status, redirected.body.id, redirected.headers.get('content-location')]).toEqual([200, id, `/v1/profiles/${id}`]);
      expect(lost).toMatchObject({ survivorId: id, reason: 'identifiers' });
    });
  });
}

/** The unmodified SDKs for what happens on the web and in the app, our own door for the rest; one event twice, as a client that heard no answer. */
async function sendAll(product: Product, { userId, email, phone }: ReturnType<Product['customer']>): Promise<void> {
  const failed: unknown[] = [];
  const segment = new Analytics({ writeKey: product.rapport.writeKey, host: product.url, path: '/v1/batch', flushAt: 2 });
  segment.on('error', (error) => failed.push(error));
  segment.identify({ userId, traits: { email, phone, plan: 'pro', locale: 'en' }, context: WEB });
  segment.track({ userId, event: 'Product Viewed', properties: { product_id: 'T-12' }, context: WEB });
  const order = {
    userId,
    event: 'Order Completed',
    messageId: `order-${userId}`,
    properties: { order_id: '1', total: 139.12, currency: 'GBP' },
  };
  segment.track({ ...order, context: WEB });
  segment.track({ ...order, context: WEB });
  await segment.closeAndFlush();
  expect(failed).toEqual([]);

  const rudder = new Rudder(product.rapport.writeKey, { dataPlaneUrl: product.url, flushAt: 1, gzip: true });
  rudder.track({ userId, event: 'Order Completed', properties: { order_id: '2', total: '0.30', currency: 'GBP' }, context: APP });
  await new Promise<void>((resolve, reject) => void rudder.flush((error?: Error) => (error ? reject(error) : resolve())));

  const at = Date.now();
  await product.interactions(
    ...OFFLINE.map((one, index) => ({ id: `${userId}-${index}`, at: new Date(at + index).toISOString(), identifiers: { userId }, ...one })),
  );
}
