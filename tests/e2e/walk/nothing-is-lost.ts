import { setTimeout as sleep } from 'node:timers/promises';
import type { Product } from '../product/product.js';

const CUSTOMERS = 5;
const ORDERS = 8;

export function nothingIsLost(given: () => Product): void {
  describe('while the database is away', () => {
    it('interactions are accepted all the same, and each has its effect once when it is back', async () => {
      const product = given();
      const customers = Array.from({ length: CUSTOMERS }, () => product.customer('away'));
      await product.segment('identify', { userId: customers[0]!.userId, traits: {} });
      await product.profile(customers[0]!.ref);
      await product.postgres.kill('SIGKILL');
      try {
        for (let order = 0; order < ORDERS; order++) {
          for (const { userId } of customers) {
            const message = {
              userId,
              event: 'Order Completed',
              messageId: `${userId}-${order}`,
              properties: { total: '0.10', currency: 'GBP' },
            };
            const answers = [
              await product.segment('track', message),
              ...(order % 4 === 0 ? [await product.segment('track', message)] : []),
            ];
            expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
          }
          await sleep(100);
        }
        const read = await product.call('GET', `/v1/profiles/${encodeURIComponent(customers[0]!.ref)}`);
        expect([read.status, read.body.code, read.headers.get('retry-after')]).toEqual([
          503,
          'PROFILES_UNAVAILABLE',
          expect.stringMatching(/^\d+$/),
        ]);
      } finally {
        await product.postgres.start();
      }
      for (const { ref } of customers) {
        const { orders } = await product.profile(ref, (profile) => profile.orders.count >= ORDERS);
        expect(orders).toMatchObject({ count: ORDERS, revenue: [{ currency: 'GBP', amount: '0.80' }] });
        expect((await product.under(ref, 'interactions?event=Order%20Completed', ({ data }) => data.length >= ORDERS)).data).toHaveLength(
          ORDERS,
        );
      }
    });
  });
}
