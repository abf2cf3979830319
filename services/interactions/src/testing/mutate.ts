import fc from 'fast-check';

/** What strangers, broken proxies and version 2 of an API put where something else was expected. */
const HOSTILE: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  Number.MAX_SAFE_INTEGER,
  '',
  ' ',
  '0',
  'null',
  'undefined',
  'constructor',
  '__proto__',
  'toString',
  '\u0000',
  '\ud800',
  '🚗'.repeat(200),
  'x'.repeat(20_000),
  '-8640000000000001',
  '99999999999999',
  '2026-13-45T99:99:99Z',
  [],
  [null],
  [[]],
  {},
  { id: null },
  { length: 3 },
  ['a', 1, {}],
  JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`),
  JSON.parse('{"__proto__": {"id": 1}, "constructor": 1}'),
];

/** One step away from a good payload: of its structure, or of its bytes. `at` chooses where, in [0, 1). */
export type Mutation =
  | { readonly kind: 'replace' | 'remove' | 'rename' | 'wrap' | 'repeat'; readonly at: number; readonly value: unknown }
  | { readonly kind: 'flip' | 'cut' | 'insert' | 'truncate'; readonly at: number; readonly byte: number };

const PLACES = 1_000_000;
// without bias: fast-check likes small numbers, and would hit the first member again and again
const at = fc.noBias(fc.nat(PLACES - 1)).map((place) => place / PLACES);
const structural = fc.record({
  kind: fc.constantFrom('replace', 'replace', 'remove', 'rename', 'wrap', 'repeat'),
  at,
  value: fc.constantFrom(...HOSTILE),
}) as fc.Arbitrary<Mutation>;
const bytewise = fc.record({ kind: fc.constantFrom('flip', 'cut', 'insert', 'truncate'), at, byte: fc.nat(255) }) as fc.Arbitrary<Mutation>;

export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.oneof(
  { weight: 4, arbitrary: fc.array(structural, { minLength: 1, maxLength: 4 }) },
  { weight: 1, arbitrary: fc.array(bytewise, { minLength: 1, maxLength: 4 }) },
  { weight: 1, arbitrary: fc.array(fc.oneof(structural, bytewise), { minLength: 1, maxLength: 4 }) },
);

/** The mutated payload as bytes; a form (`URLSearchParams`) stays a form, and of a text (a mail, a table) the lines are mutated. */
export function mutated(sample: unknown, steps: readonly Mutation[]): Buffer {
  const isForm = sample instanceof URLSearchParams;
  const isText = typeof sample === 'string';
  let value: unknown = isForm ? Object.fromEntries(sample) : isText ? sample.split('\r\n') : structuredClone(sample);
  for (const step of steps) if ('value' in step) value = mutateValue(value, step);
  let bytes = Buffer.from(isForm ? formText(value) : isText ? linesText(value) : (JSON.stringify(value) ?? ''));
  for (const step of steps) if ('byte' in step) bytes = mutateBytes(bytes, step);
  return bytes;
}

const linesText = (value: unknown): string =>
  Array.isArray(value) ? value.map((line) => (typeof line === 'string' ? line : (JSON.stringify(line) ?? ''))).join('\r\n') : String(value);

function formText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const form = new URLSearchParams();
  for (const [name, one] of Object.entries(value)) form.append(name, typeof one === 'string' ? one : (JSON.stringify(one) ?? ''));
  return form.toString();
}

interface Place {
  readonly parent: Record<string, unknown>;
  readonly name: string;
}

function mutateValue(root: unknown, { kind, at: where, value }: Extract<Mutation, { value: unknown }>): unknown {
  const places: Place[] = [];
  collect(root, places);
  if (places.length === 0) return structuredClone(value);
  const { parent, name } = places[Math.floor(where * places.length)]!;
  const old = parent[name];
  if (kind === 'replace') parent[name] = structuredClone(value);
  else if (kind === 'wrap') parent[name] = [old];
  else if (kind === 'repeat') parent[name] = Array.from({ length: 5 }, () => structuredClone(old));
  else {
    delete parent[name];
    if (kind === 'rename') parent[`${name}_v2`] = old;
  }
  return root;
}

function collect(value: unknown, places: Place[]): void {
  if (typeof value !== 'object' || value === null) return;
  for (const name of Object.keys(value)) {
    const parent = value as Record<string, unknown>;
    places.push({ parent, name });
    if (places.length < 500) collect(parent[name], places);
  }
}

function mutateBytes(bytes: Buffer, { kind, at: where, byte }: Extract<Mutation, { byte: number }>): Buffer<ArrayBuffer> {
  const index = Math.floor(where * bytes.length);
  const changed = Buffer.from(bytes);
  switch (kind) {
    case 'flip':
      if (changed.length > 0) changed[index]! ^= byte | 1;
      return changed;
    case 'cut':
      return Buffer.concat([changed.subarray(0, index), changed.subarray(index + 1 + (byte % 16))]);
    case 'insert':
      return Buffer.concat([changed.subarray(0, index), Buffer.from([byte, byte]), changed.subarray(index)]);
    case 'truncate':
      return changed.subarray(0, index);
  }
}
