import type { Json } from '../../domain/json.js';
import type { Line } from './read-table.js';

const OFFSET = /^[+-]\d{2}:\d{2}$/;
const HAS_OFFSET = /(?:Z|[+-]\d{2}:\d{2})$/;

export interface ReceiptLine {
  /** Of the file, where the receipt begins. */
  readonly line: number;
  /** Not checked yet. */
  readonly receipt: Json;
}

/** Columns that identify the customer, and the type of identifier in each. */
// biome-ignore format: a table is read by its columns
const PERSON: Readonly<Record<string, string>> = {
  user_id: 'userId', customer_id: 'customerId', loyalty_id: 'loyaltyId', email: 'email', phone: 'phone',
};

/**
 * One line is one receipt, or one product of it: lines with the same `receipt_id` belong together, and say the same of the receipt. Columns:
 * receipt_id, at, total, currency, kind, store, agent_id, user_id, customer_id, loyalty_id, email, phone, product_id, product_name, quantity, price.
 * A time without an offset is in `settings.utcOffset`; a missing currency is `settings.currency`.
 * @returns a reason instead, when lines of one receipt contradict each other.
 */
export function receiptsOf(lines: readonly Line[], settings: Json): readonly ReceiptLine[] | string {
  const receipts = new Map<string, { line: number; receipt: Record<string, unknown>; products: Json[] }>();
  for (const { number, cells } of lines) {
    const id = cells['receipt_id'];
    if (id === undefined) return `line ${number}: no receipt_id`;
    const receipt = receiptOf(cells, settings);
    const known = receipts.get(id);
    const contradiction =
      known && Object.keys(receipt).find((name) => JSON.stringify(receipt[name]) !== JSON.stringify(known.receipt[name]));
    if (contradiction !== undefined) return `line ${number}: ${contradiction} is another than in line ${known!.line} of the same receipt`;
    const products = known?.products ?? [];
    const product = productOf(cells);
    if (product !== undefined) products.push(product);
    if (known === undefined) receipts.set(id, { line: number, receipt, products });
  }
  return [...receipts.values()].map(({ line, receipt, products }) => ({
    line,
    receipt: products.length === 0 ? receipt : { ...receipt, products },
  }));
}

function receiptOf(cells: Readonly<Record<string, string>>, settings: Json): Record<string, unknown> {
  const person = Object.entries(PERSON).flatMap(([column, type]) => (cells[column] === undefined ? [] : [[type, cells[column]] as const]));
  return defined({
    id: cells['receipt_id'],
    kind: cells['kind']?.toLowerCase(),
    at: timeOf(cells['at'], settings['utcOffset']),
    person: person.length === 0 ? undefined : Object.fromEntries(person),
    store: cells['store'],
    agentId: cells['agent_id'],
    total: cells['total'],
    currency: cells['currency'] ?? settings['currency'],
  });
}

function productOf(cells: Readonly<Record<string, string>>): Json | undefined {
  const { product_id, product_name: name, quantity, price } = cells;
  return product_id === undefined ? undefined : defined({ product_id, name, quantity, price });
}

/** `2026-01-15 09:30` → `2026-01-15T09:30+07:00`. */
function timeOf(cell: string | undefined, offset: unknown): string | undefined {
  if (cell === undefined) return undefined;
  const time = cell.replace(/^(\d{4}-\d{2}-\d{2}) /, '$1T');
  return HAS_OFFSET.test(time) || typeof offset !== 'string' || !OFFSET.test(offset) ? time : `${time}${offset}`;
}

const defined = (members: Json): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined));
