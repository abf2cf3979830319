import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Big } from 'big.js';
import { parse } from 'csv-parse';

/**
 * @typedef {{line: number, product: string, name: string, quantity: number, price: string, at: Date}} Line
 * @typedef {{number: string, customer: string | undefined, country: string, at: Date, lines: Line[], total: string}} Invoice
 */

/**
 * The lines of the file as they stand: `{InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country}`.
 * @param {string} file @param {number} rows so many, and the rest of the last one's invoice: half an order under the whole one's message id would stay half
 * @returns {AsyncGenerator<Record<string, string>>}
 */
export async function* readRows(file, rows) {
  let line = 0;
  let invoice;
  for await (const row of createReadStream(file)
    .pipe(createGunzip())
    .pipe(parse({ columns: true, bom: true }))) {
    if (++line > rows && row.InvoiceNo !== invoice) return;
    invoice = row.InvoiceNo;
    yield row;
  }
}

/** The file's customers are written `17850.0`. */
export const customerOf = (/** @type {Record<string, string>} */ row) =>
  row.CustomerID ? /** @type {string} */ (row.CustomerID).replace(/\.0$/, '') : undefined;

/**
 * Invoices in order of their first line. One invoice in the file is not contiguous, so all of it is read before any is sent.
 * @param {string} file @param {number} rows
 * @returns {Promise<Invoice[]>}
 */
export async function readInvoices(file, rows) {
  /** @type {Map<string, Invoice>} */
  const invoices = new Map();
  let line = 0;
  for await (const row of readRows(file, rows)) {
    line++;
    const { InvoiceNo: number = '', StockCode: product = '', Description: name = '', UnitPrice: price = '0', Country: country = '' } = row;
    const at = new Date(`${row.InvoiceDate?.replace(' ', 'T')}Z`);
    let invoice = invoices.get(number);
    if (invoice === undefined) invoices.set(number, (invoice = { number, customer: customerOf(row), country, at, lines: [], total: '0' }));
    invoice.lines.push({ line, product, name, quantity: Number(row.Quantity), price, at });
    if (at > invoice.at) invoice.at = at;
  }
  for (const invoice of invoices.values()) {
    invoice.total = invoice.lines.reduce((sum, { quantity, price }) => sum.plus(new Big(price).times(quantity)), new Big(0)).toFixed();
  }
  return [...invoices.values()];
}

/** The shop writes a cancellation as an invoice whose number begins with C. */
export const isRefund = (/** @type {string} */ invoiceNumber) => invoiceNumber.startsWith('C');
