import type { ItemError } from '../item-error.js';
import type { Json } from '../parse-json.js';
import type { RowMapping, Target } from './read-mapping.js';

/** What is wrong with a row: for people, never repeating its values. */
export interface RowError {
  readonly column?: string | undefined;
  readonly reason: string;
}

/** The cells of a row by the names of their columns, in order. */
export type Cells = ReadonlyMap<string, unknown>;
type Draft = { [member: string]: unknown };

const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, false: false, yes: true, no: false, '1': true, '0': false };
/** Thousands may be grouped, and then every group has three digits: `1,25` is no 125. */
const NUMBERS = {
  '.': /^[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$/,
  ',': /^[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d+)?$/,
} as const;

/** One row as an item of `POST /v1/interactions`, still to be checked. An empty cell says nothing. */
export function mapRow(mapping: RowMapping, cells: Cells): { readonly item: Json } | { readonly errors: readonly RowError[] } {
  const item: Draft = {};
  const errors: RowError[] = [];
  for (const [path, value] of mapping.constants) put(item, path, value);
  for (const target of mapping.targets) {
    const cell = filled(cells.get(target.column));
    if (cell === undefined) continue;
    const value = READERS[target.as](cell, mapping.decimal);
    if (value === undefined) errors.push({ column: target.column, reason: REASONS[target.as] });
    else put(item, target.path, value);
  }
  const { time } = mapping;
  if (time) {
    const cell = filled(cells.get(time.column));
    const ms = cell === undefined ? undefined : time.read(String(cell));
    if (ms === undefined) errors.push({ column: time.column, reason: 'is not a time as `time.format` says' });
    else item['at'] = new Date(ms).toISOString();
  }
  if (mapping.keepsOthers) keepOthers(item, mapping, cells);
  if (item['identifiers'] === undefined && mapping.targets.length > 0)
    errors.push({ reason: `names nobody: ${identifying(mapping)} is empty` });
  if (errors.length > 0) return { errors };
  // a currency alone is no value, traits alone are no account
  if ((item['value'] as Draft | undefined)?.['amount'] === undefined) delete item['value'];
  if ((item['account'] as Draft | undefined)?.['id'] === undefined) delete item['account'];
  return { item };
}

const identifying = ({ targets }: RowMapping): string =>
  targets
    .filter(({ path }) => path[0] === 'identifiers')
    .map(({ column }) => column)
    .join(' and ');

/** Says of findings in an item from which columns they come. */
export function errorsOfRow({ targets }: RowMapping, errors: readonly ItemError[]): RowError[] {
  return errors.map(({ pointer, detail }) => {
    const path = pointer.slice(1).replaceAll('/', '.');
    const column = targets.find((target) => path === target.path.join('.'))?.column;
    return column === undefined ? { reason: path === '' ? detail : `${path}: ${detail}` } : { column, reason: detail };
  });
}

type Cell = string | number | boolean | object;

const filled = (cell: unknown): Cell | undefined => {
  const value = typeof cell === 'string' ? cell.trim() : cell;
  return value === '' || value === undefined || value === null ? undefined : (value as Cell);
};

const READERS: Readonly<Record<Target['as'], (cell: Cell, decimal: '.' | ',') => unknown>> = {
  // numbers and objects only come from JSON, where they are meant
  text: (cell) => cell,
  number: (cell, decimal) => (typeof cell === 'number' ? cell : finite(plain(cell, decimal))),
  amount: (cell, decimal) => (typeof cell === 'number' ? String(cell) : plain(cell, decimal)),
  boolean: (cell) => (typeof cell === 'boolean' ? cell : BOOLEANS[String(cell).toLowerCase()]),
};
const REASONS: Readonly<Record<Target['as'], string>> = {
  text: 'cannot be read',
  number: 'is not a number',
  amount: 'is not an amount such as 1234.50 (see `decimal`)',
  boolean: 'must be true, false, yes, no, 1 or 0',
};

function plain(cell: Cell, decimal: '.' | ','): string | undefined {
  const text = String(cell).replaceAll(/[\s\u00A0]/g, '');
  if (!NUMBERS[decimal].test(text)) return undefined;
  const ungrouped = decimal === '.' ? text.replaceAll(',', '') : text.replaceAll('.', '').replace(',', '.');
  return ungrouped.replace(/^\+/, '');
}

const finite = (text: string | undefined): number | undefined =>
  text !== undefined && Number.isFinite(Number(text)) ? Number(text) : undefined;

function put(item: Draft, path: readonly string[], value: unknown): void {
  let place = item;
  for (const member of path.slice(0, -1)) {
    place[member] ??= {};
    place = place[member] as Draft;
  }
  place[path.at(-1)!] = value;
}

function keepOthers(item: Draft, { targets, time }: RowMapping, cells: Cells): void {
  const named = new Set([...targets.map(({ column }) => column), time?.column]);
  for (const [column, cell] of cells) {
    const value = filled(cell);
    if (value !== undefined && !named.has(column) && column !== '__proto__' && column !== '') put(item, ['properties', column], value);
  }
}
