import { TypeCompiler } from '@sinclair/typebox/compiler';
import type { ItemError } from '../item-error.js';
import { schemaErrors } from '../segment-message.js';
import { type CellKind, ImportMapping } from './import-mapping.js';
import { type ReadTime, timeReader } from './read-time.js';

/** A column and where its cells go. */
export interface Target {
  readonly column: string;
  readonly path: readonly string[];
  readonly as: CellKind | 'amount';
}

/** A mapping that holds together, ready for rows. */
export interface RowMapping {
  readonly format: 'csv' | 'jsonl';
  readonly delimiter: string;
  readonly targets: readonly Target[];
  readonly constants: readonly (readonly [path: readonly string[], value: string | number | boolean])[];
  readonly time: { readonly column: string; readonly read: ReadTime } | undefined;
  readonly decimal: '.' | ',';
  readonly keepsOthers: boolean;
  /** Every line is an interaction as it stands. */
  readonly whole: boolean;
}

const CHECK = TypeCompiler.Compile(ImportMapping);

/** Members of an interaction that a column may fill, and as what. Time is not among them: it needs a format. */
const MEMBERS: Readonly<Record<string, Target['as']>> = {
  id: 'text',
  event: 'text',
  channel: 'text',
  direction: 'text',
  stage: 'text',
  touchpoint: 'text',
  function: 'text',
  handling: 'text',
  complexity: 'text',
  sensitivity: 'text',
  sentiment: 'number',
  caseId: 'text',
  conversationId: 'text',
  agentId: 'text',
  campaignId: 'text',
  notificationId: 'text',
  text: 'text',
  'value.amount': 'amount',
  'value.currency': 'text',
  'account.id': 'text',
};
/** Members whose names are the sender's own. */
const OPEN = ['identifiers', 'properties', 'traits', 'context', 'account.traits'];
const OWN_NAME = /^[^.]{1,64}$/;

/** @param pointer of the mapping in the request @returns every finding instead, when it is not as it should be */
export function readMapping(value: unknown, pointer: string): RowMapping | { readonly errors: readonly ItemError[] } {
  if (!CHECK.Check(value)) return { errors: schemaErrors(CHECK, value, pointer) };
  const { format, delimiter = ',', columns = {}, constants = {}, time, decimal = '.', others = 'ignore' } = value;
  const errors: ItemError[] = [];
  const targets: Target[] = [];
  const taken = new Set<string>();
  const claim = (path: string, at: string): Target['as'] | undefined => {
    const kind = kindOf(path);
    if (kind === undefined)
      errors.push({ pointer: at, detail: 'leads to nothing that an interaction has (time has its own member `time`)' });
    else if (taken.has(path)) errors.push({ pointer: at, detail: `fills ${path}, which something else fills, too` });
    taken.add(path);
    return kind;
  };
  for (const [column, to] of Object.entries(columns)) {
    const { to: path, as } = typeof to === 'string' ? { to, as: undefined } : to;
    const kind = claim(path, `${pointer}/columns/${memberPointer(column)}`);
    if (kind !== undefined) targets.push({ column, path: path.split('.'), as: kind === 'text' ? (as ?? kind) : kind });
  }
  for (const path of Object.keys(constants)) claim(path, `${pointer}/constants/${memberPointer(path)}`);
  const whole = format === 'jsonl' && targets.length === 0 && Object.keys(columns).length === 0;
  if (!whole) errors.push(...missing(taken, pointer));
  const read = time && timeReader({ format: time.format ?? 'iso', zone: time.zone ?? 'UTC' });
  if (read && typeof read !== 'function') errors.push({ pointer: `${pointer}/time/${read.member}`, detail: read.detail });
  if (format === 'jsonl' && value.delimiter !== undefined) errors.push({ pointer: `${pointer}/delimiter`, detail: 'is only for csv' });
  if (errors.length > 0) return { errors };
  return {
    format,
    delimiter,
    targets,
    constants: Object.entries(constants).map(([path, constant]) => [path.split('.'), constant] as const),
    time: time && typeof read === 'function' ? { column: time.column, read } : undefined,
    decimal,
    keepsOthers: others === 'properties',
    whole,
  };
}

function missing(taken: ReadonlySet<string>, pointer: string): ItemError[] {
  const at = `${pointer}/columns`;
  const errors: ItemError[] = [];
  if (![...taken].some((path) => path.startsWith('identifiers.')))
    errors.push({ pointer: at, detail: 'needs a column for who it was: `identifiers.email`, `identifiers.phone`, `identifiers.userId` …' });
  if (!taken.has('event')) errors.push({ pointer: at, detail: 'needs `event`, as a column or a constant' });
  if (taken.has('value.amount') && !taken.has('value.currency'))
    errors.push({ pointer: at, detail: 'has `value.amount` and needs `value.currency`, as a column or a constant' });
  return errors;
}

function kindOf(path: string): Target['as'] | undefined {
  if (Object.hasOwn(MEMBERS, path)) return MEMBERS[path];
  const open = OPEN.find((prefix) => path.startsWith(`${prefix}.`));
  const name = open === undefined ? '' : path.slice(open.length + 1);
  return OWN_NAME.test(name) && name !== '__proto__' ? 'text' : undefined;
}

/** A name as a part of a JSON Pointer. */
export const memberPointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
