import type { ItemError } from '../item-error.js';
import { COLUMNS_MAX } from './import-limits.js';
import { memberPointer, type RowMapping } from './read-mapping.js';
import { splitFields } from './split-fields.js';
import type { RawRow } from './split-records.js';

/** The names of a file's columns, in its order, as the mapping writes them where it names them. */
export type Header = readonly string[];

/** Upper and lower case, and the ways of writing a diacritic, are one: nobody sees the difference in a spreadsheet. */
const folded = (name: string): string => name.trim().normalize('NFC').toLowerCase();

/** @param pointer of the mapping in the request @returns every finding instead, when the file does not have the columns that the mapping names */
export function readHeader(row: RawRow, mapping: RowMapping, pointer: string): Header | { readonly errors: readonly ItemError[] } {
  const fields = row.cut ? { reason: 'is too long' } : splitFields(row.text, mapping.delimiter);
  if (!Array.isArray(fields)) return { errors: [{ pointer: '', detail: `line 1: ${fields.reason}` }] };
  if (fields.length > COLUMNS_MAX) return { errors: [{ pointer: '', detail: `line 1: there are more than ${COLUMNS_MAX} columns` }] };
  const wanted = new Map(
    [...mapping.targets.map(({ column }) => column), ...(mapping.time ? [mapping.time.column] : [])].map((name) => [folded(name), name]),
  );
  const header = fields.map((name) => wanted.get(folded(name)) ?? name.trim());
  const errors: ItemError[] = [];
  for (const name of wanted.values()) {
    const count = header.filter((other) => other === name).length;
    const at = name === mapping.time?.column ? `${pointer}/time/column` : `${pointer}/columns/${memberPointer(name)}`;
    if (count === 0) errors.push({ pointer: at, detail: 'the file has no such column (see its first line, and `delimiter`)' });
    if (count > 1) errors.push({ pointer: at, detail: 'the file has several columns of this name' });
  }
  return errors.length > 0 ? { errors } : header;
}
