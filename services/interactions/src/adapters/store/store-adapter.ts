import { TypeCompiler } from '@sinclair/typebox/compiler';
import { type Adapter, DELIVERY_ITEMS_MAX, found, rejected } from '../adapter.js';
import { genericAdapter } from '../generic/batch.js';
import { readTable } from './read-table.js';
import { Receipt, receiptItem } from './receipt.js';
import { receiptsOf } from './receipts-of-table.js';

const readJson = genericAdapter('receipts', Receipt, receiptItem);
const check = TypeCompiler.Compile(Receipt);

/**
 * Provider `store`: receipts of a point of sale, as JSON (`{"receipts": […]}`) or as CSV with a line of names. A batch is taken as a whole or not at all:
 * the reason names the line or the pointer, and a corrected batch under the same ids counts nothing twice.
 */
export const readStoreBatch: Adapter = (delivery) => {
  const type = delivery.headers['content-type'] ?? '';
  if (type.includes('json') || (!type.includes('csv') && delivery.raw[0] === 0x7b)) return readJson(delivery);
  const table = readTable(delivery.raw, delivery.settings);
  if (typeof table === 'string') return rejected(table);
  const receipts = receiptsOf(table, delivery.settings);
  if (typeof receipts === 'string') return rejected(receipts);
  if (receipts.length > DELIVERY_ITEMS_MAX) return rejected(`${receipts.length} receipts, more than ${DELIVERY_ITEMS_MAX}`);
  for (const { line, receipt } of receipts) {
    if (check.Check(receipt)) continue;
    const fault = check.Errors(receipt).First();
    return rejected(`line ${line}: ${fault?.path || '/'}: ${fault?.message ?? 'is no receipt'}`);
  }
  return found(
    receipts.map(({ receipt }) => receiptItem(receipt as Receipt)).filter((item) => item !== undefined),
    'no receipt names its customer',
  );
};
