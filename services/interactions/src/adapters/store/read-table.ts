import { parse } from 'csv-parse/sync';
import { isObject, type Json } from '../../domain/json.js';

const LINES_MAX = 20_000;
const COLUMNS_MAX = 200;

export interface Line {
  /** In the file, from 1; the names are line 1. */
  readonly number: number;
  /** By our name of the column; empty cells are left out. */
  readonly cells: Readonly<Record<string, string>>;
}

/**
 * A CSV file (RFC 4180; delimiter comma, semicolon, tab or bar) as lines. `settings.columns` translates names: `{"receipt_id": "Số hoá đơn"}`.
 * @returns a reason instead, when it is no such file.
 */
export function readTable(raw: Buffer, settings: Json): readonly Line[] | string {
  let rows: string[][];
  try {
    rows = parse(raw, {
      bom: true,
      delimiter: [',', ';', '\t', '|'],
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      to: LINES_MAX + 1,
    });
  } catch (error) {
    return `no CSV: ${String((error as { code?: unknown }).code ?? 'unreadable')}`;
  }
  const names = rows[0];
  if (names === undefined || names.length < 2) return 'no CSV with a line of names';
  if (names.length > COLUMNS_MAX) return `${names.length} columns, more than ${COLUMNS_MAX}`;
  if (rows.length > LINES_MAX) return `more than ${LINES_MAX - 1} lines`;
  const ours = translation(settings);
  const columns = names.map((name) => ours.get(name.normalize('NFC').toLowerCase()) ?? name.toLowerCase());
  return rows.slice(1).map((row, index) => ({ number: index + 2, cells: cellsOf(columns, row) }));
}

function cellsOf(columns: readonly string[], row: readonly string[]): Readonly<Record<string, string>> {
  const cells: Record<string, string> = {};
  for (const [index, name] of columns.entries()) {
    const cell = row[index];
    if (cell !== undefined && cell !== '' && name !== '__proto__') cells[name] = cell;
  }
  return cells;
}

function translation(settings: Json): ReadonlyMap<string, string> {
  const columns = settings['columns'];
  if (!isObject(columns)) return new Map();
  const pairs = Object.entries(columns).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return new Map(pairs.map(([ours, theirs]) => [theirs.normalize('NFC').toLowerCase(), ours]));
}
