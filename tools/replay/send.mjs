import { Analytics } from '@segment/analytics-node';
import { isRefund } from './online-retail.mjs';
import { ProgressBar } from './progress-bar.mjs';

/** Events that the SDK may hold: it has no back-pressure of its own. */
const UNDER_WAY_MAX = 10_000;

/** @typedef {import('./online-retail.mjs').Invoice} Invoice */

/**
 * The messages of one invoice: `Product Added` per line, then `Order Completed` or `Order Refunded`. Message ids are those of the file, so that a
 * second replay changes nothing.
 * @param {Invoice} invoice @param {number} shiftMs
 */
export function* messagesOf(invoice, shiftMs) {
  const who = invoice.customer === undefined ? { anonymousId: `invoice-${invoice.number}` } : { userId: invoice.customer };
  const at = (/** @type {Date} */ date) => new Date(date.getTime() + shiftMs);
  const context = { channel: 'web' };
  for (const { line, product, name, quantity, price, at: when } of invoice.lines) {
    const properties = { product_id: product, name, quantity, price: Number(price), currency: 'GBP' };
    yield { ...who, event: 'Product Added', messageId: `online-retail:line:${line}`, timestamp: at(when), properties, context };
  }
  const refund = isRefund(invoice.number);
  const total = Number(invoice.total) * (refund ? -1 : 1);
  yield {
    ...who,
    event: refund ? 'Order Refunded' : 'Order Completed',
    messageId: `online-retail:invoice:${invoice.number}`,
    timestamp: at(invoice.at),
    properties: { order_id: invoice.number, total, currency: 'GBP', country: invoice.country },
    context,
  };
}

/**
 * Sends all invoices through the unmodified Segment SDK.
 * @param {{gateway: string, writeKey: string, invoices: readonly Invoice[], rate: number, shiftMs: number}} options rate: events per second
 * @returns {Promise<{events: number, failed: number, seconds: number}>}
 */
export async function replay({ gateway, writeKey, invoices, rate, shiftMs }) {
  const analytics = new Analytics({
    writeKey,
    host: gateway,
    path: '/v1/batch',
    maxEventsInBatch: 200,
    flushInterval: 200,
    maxRetries: 20,
  });
  const total = invoices.reduce((sum, invoice) => sum + invoice.lines.length + 1, 0);
  const bar = new ProgressBar(total);
  const started = performance.now();
  let given = 0;
  let done = 0;
  let failed = 0;
  for (const invoice of invoices) {
    for (const message of messagesOf(invoice, shiftMs)) {
      given++;
      analytics.track(message, (error) => {
        done++;
        if (error) failed++;
      });
    }
    const ahead = () => given - done > UNDER_WAY_MAX || given > (rate * (performance.now() - started)) / 1000 + 1;
    while (ahead()) {
      bar.show(done);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  const ticking = setInterval(() => bar.show(done), 200);
  await analytics.closeAndFlush({ timeout: 600_000 });
  clearInterval(ticking);
  bar.end(done);
  return { events: done - failed, failed, seconds: (performance.now() - started) / 1000 };
}
