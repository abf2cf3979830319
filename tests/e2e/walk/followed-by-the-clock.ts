import { GROUPS } from '@rapport/contracts';
import { createKafka } from '@rapport/platform';
import type { Product } from '../product/product.js';
import { eventually } from '../product/product.js';
import type { Topics } from '../product/topics.js';

const WINDOW_MS = 60_000;
/** How long before its end they come into the window: the walk from event to segment has this time. */
const LEAD_MS = 15_000;
const EXIT_WITHIN_MS = 5_000;
const CUSTOMERS = 16;

export function customersAreFollowedByTheClock(given: () => { product: Product; topics: Topics }): void {
  describe('customers in a segment with a window', () => {
    it('leave it when the window ends, without any interaction, by the clock of two replicas', async () => {
      const { product, topics } = given();
      await sharedByTwo(product);
      const rule = { did: 'Cart Viewed', within: { minutes: WINDOW_MS / 60_000 } };
      const { id: segmentId } = await product.ask('POST', '/v1/segments', { name: `Cart this minute ${product.run}`, rule });
      const at = Date.now() - WINDOW_MS + LEAD_MS;
      const customers = Array.from({ length: CUSTOMERS }, () => product.customer('cart'));
      await product.interactions(
        ...customers.map(({ userId }) => ({
          event: 'Cart Viewed',
          at: new Date(at).toISOString(),
          channel: 'web',
          identifiers: { userId },
        })),
      );
      const changes = (membership: string) =>
        topics
          .of('segmentation.membership-changed.v1')
          .map(({ text, publishedMs }) => ({ publishedMs, fact: JSON.parse(text!) }))
          .filter(({ fact }) => fact.segmentId === segmentId && fact.membership === membership);
      await eventually('all to enter', async () => changes('entered').length === CUSTOMERS);
      await eventually('all to leave', async () => changes('left').length >= CUSTOMERS);

      const instant = at + WINDOW_MS;
      expect(changes('left').map(({ fact }) => [fact.cause, fact.sequence])).toEqual(Array.from({ length: CUSTOMERS }, () => ['clock', 2]));
      const delays = changes('left').map(({ publishedMs }) => publishedMs - instant);
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...delays)).toBeLessThan(EXIT_WITHIN_MS);
      expect((await product.find(`/v1/segments/${segmentId}`)).members).toBe(0);
    });
  });
}

/** Both replicas must have partitions, or the test would show nothing about two. */
async function sharedByTwo({ brokers }: Product): Promise<void> {
  const admin = createKafka('e2e', brokers).admin();
  await admin.connect();
  try {
    await eventually('two replicas', async () => {
      const { groups } = await admin.describeGroups([GROUPS.segmentationEvaluate]);
      return groups[0]?.state === 'Stable' && groups[0].members.length === 2;
    });
  } finally {
    await admin.disconnect();
  }
}
