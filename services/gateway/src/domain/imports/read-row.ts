import { hash } from 'node:crypto';
import { RefusedRequest } from '../item-error.js';
import type { Json } from '../parse-json.js';
import { isObject } from '../parse-json.js';
import { type ReadItem, readItem } from '../read-interactions.js';
import type { RecordParts } from '../received-record.js';
import { ROW_BYTES_MAX, ROW_ERRORS_MAX } from './import-limits.js';
import { type Cells, errorsOfRow, mapRow, type RowError } from './map-row.js';
import type { Header } from './read-header.js';
import type { RowMapping } from './read-mapping.js';
import { splitFields } from './split-fields.js';
import type { RawRow } from './split-records.js';

/** What all rows of an import have in common. */
export interface RowReader {
  /** Of the data set, by the one who imports it: rows of two names are never the same. */
  readonly name: string;
  readonly mapping: RowMapping;
  /** Of CSV. */
  readonly header: Header | undefined;
}

export type ReadRow = { readonly parts: RecordParts; readonly item: Json } | { readonly errors: readonly RowError[] };

const NOT_UTF8 = 'holds characters that are not UTF-8: save the file as UTF-8';
const TOO_LONG = `is longer than ${ROW_BYTES_MAX} bytes, or a quote in it is never closed`;
const ID_CHARS = 40;

/** One row as an interaction, or why it is none. */
export function readRow(reader: RowReader, row: RawRow): ReadRow {
  if (row.cut) return refused(TOO_LONG);
  if (row.text.includes('\uFFFD')) return refused(NOT_UTF8);
  const mapped = itemOf(reader, row.text);
  if ('errors' in mapped) return mapped;
  const read = checked(mapped.item, reader.mapping.format === 'jsonl' ? row.text.includes('\\u') : row.text.includes('\u0000'));
  if ('errors' in read) return { errors: errorsOfRow(reader.mapping, read.errors).slice(0, ROW_ERRORS_MAX) };
  const messageId = read.item.id ?? rowId(reader.name, row);
  return { parts: { type: 'interaction', key: read.subject, messageId, direct: false, payload: read.text }, item: mapped.item };
}

/**
 * A row without an id of its own is known by the name of the import, its line and its text. So it is the same when the file is sent again with other
 * rows corrected, or under a better mapping; and two equal rows of one file are two.
 */
export const rowId = (name: string, { line, text }: RawRow): string =>
  `file:${hash('sha256', `${name}\u0000${line}\u0000${text}`).slice(0, ID_CHARS)}`;

const refused = (reason: string): { readonly errors: readonly RowError[] } => ({ errors: [{ reason }] });

function itemOf(reader: RowReader, text: string): ReturnType<typeof mapRow> {
  const { mapping, header } = reader;
  if (mapping.format === 'jsonl') {
    const value = parsed(text);
    if (!isObject(value)) return refused('is not a JSON object');
    return mapping.whole ? { item: value } : mapRow(mapping, membersOf(mapping, value));
  }
  const fields = splitFields(text, mapping.delimiter);
  if (!Array.isArray(fields)) return refused(fields.reason);
  // spreadsheets leave out empty cells at the end of a row; more than the header names is a row gone wrong
  if (fields.length > header!.length) return refused(`has ${fields.length} fields, and the header names ${header!.length}`);
  return mapRow(mapping, new Map(fields.map((field, index) => [header![index]!, field])));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The members of a line, and those within objects that the mapping leads to by a dotted path. */
function membersOf({ targets, time }: RowMapping, value: Json): Cells {
  const cells = new Map<string, unknown>(Object.entries(value));
  for (const column of [...targets.map((target) => target.column), ...(time ? [time.column] : [])]) {
    if (cells.has(column) || !column.includes('.')) continue;
    let place: unknown = value;
    for (const member of column.split('.')) place = isObject(place) && Object.hasOwn(place, member) ? place[member] : undefined;
    cells.set(column, place);
  }
  return cells;
}

function checked(item: Json, escaped: boolean): ReadItem {
  try {
    return readItem(item, escaped, '');
  } catch (error) {
    if (error instanceof RefusedRequest)
      return { errors: error.errors.length > 0 ? error.errors : [{ pointer: '', detail: error.detail }] };
    throw error;
  }
}
