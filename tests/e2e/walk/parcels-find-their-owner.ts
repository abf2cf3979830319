import { type Body, eventually, type Product } from '../product/product.js';

const TOKEN = 'a-long-random-token-of-ghn';

/** Carriers know the order, not the customer. */
export function parcelsFindTheirOwner(given: () => Product): void {
  describe('a parcel', () => {
    it.each(['after the order is known', 'before the order is known'])('is its customer’s, reported %s', async (when) => {
      const product = given();
      const customer = product.customer('binh');
      const orderId = `DH-${customer.userId}`;
      await product.call('POST', '/v1/connections', { provider: 'ghn', name: 'parcels', secrets: [TOKEN] });
      const order = () =>
        product.interactions({
          id: orderId,
          event: 'Order Completed',
          identifiers: { userId: customer.userId, orderId },
          properties: { order_id: orderId, total: '250000', currency: 'VND' },
        });
      const report = {
        OrderCode: `G-${orderId}`,
        ClientOrderCode: orderId,
        Status: 'delivered',
        Type: 'switch_status',
        Time: new Date().toISOString(),
      };
      const parcel = () =>
        eventually(
          'the connection to be known',
          async () => (await product.call('POST', `/v1/inbound/ghn/parcels?token=${TOKEN}`, report)).status === 200,
        );
      expect((await product.call('POST', '/v1/inbound/ghn/parcels?token=guessed', report)).status).not.toBe(200);
      if (when.startsWith('after')) {
        await order();
        await product.profile(customer.ref);
        await parcel();
      } else {
        await parcel();
        await product.profile(`orderId:${orderId}`);
        await order();
      }
      const { data } = await product.under(customer.ref, 'interactions?channel=delivery', (page) => page.data.length > 0);
      expect(data.map(({ event }: Body) => event)).toEqual(['Package Delivered']);
    });
  });
}
