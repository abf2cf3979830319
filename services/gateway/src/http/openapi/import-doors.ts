import { type Static, Type } from '@sinclair/typebox';
import { IMPORT_STATES } from '../../domain/imports/import.js';
import { ImportMapping } from '../../domain/imports/import-mapping.js';
import { IMPORT_NAME, MAPPING_LENGTH_MAX, REJECTS_KEPT_MAX } from '../../domain/imports/import-limits.js';
import { pageOf } from './components.js';
import { Door, PAGE } from './door.js';

const MAPPING: Static<typeof ImportMapping> = {
  format: 'csv',
  columns: { 'E-mail': 'identifiers.email', Total: 'value.amount', Order: 'id', Shop: 'properties.shop' },
  constants: { event: 'Order Completed', channel: 'store', 'value.currency': 'VND' },
  time: { column: 'Date', format: 'dd/MM/yyyy HH:mm', zone: 'Asia/Ho_Chi_Minh' },
};
const CSV = 'Order,Date,E-mail,Total,Shop\r\nA-1,15/01/2026 09:30,ann@example.com,250000,Hà Nội\r\n';

const RowError = Type.Object({
  column: Type.Optional(Type.String()),
  reason: Type.String({ description: 'For people; never the value.' }),
});
const Count = (description: string) => Type.Integer({ minimum: 0, description });
const Import = Type.Object({
  id: Type.String({ format: 'uuid' }),
  name: Type.String(),
  source: Type.String({ description: 'Of the key that sent it.' }),
  state: Type.Unsafe<string>({
    type: 'string',
    enum: [...IMPORT_STATES, 'interrupted'],
    description:
      '`interrupted`: nobody has worked on it for a minute. It goes on when its gateway is back; if that lost its disk, send the file again under the same Idempotency-Key.',
  }),
  mapping: ImportMapping,
  fileBytes: Count('As it was sent.'),
  progress: Type.Object({
    share: Type.Number({ minimum: 0, maximum: 1, description: 'Of the file.' }),
    lines: Count('Of the file that are done.'),
    bytes: Count('Inflated, that are read.'),
    rows: Count('`accepted` + `unchanged` + `rejected`.'),
    accepted: Count('Rows that Kafka has.'),
    unchanged: Count('Rows that an earlier import brought in; they had no effect.'),
    rejected: Count('Rows that are no interactions.'),
    linesPerSecond: Type.Unsafe<number | null>({ type: ['integer', 'null'] }),
    secondsLeft: Type.Unsafe<number | null>({ type: ['integer', 'null'] }),
  }),
  rejects: Type.Object({ kept: Count(`At most ${REJECTS_KEPT_MAX}; all are counted.`), path: Type.String() }),
  problem: Type.Unsafe<object | null>({ type: ['object', 'null'], description: 'Why it failed: `code`, `detail`, `errors`.' }),
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' }),
  endedAt: Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time' }),
});
const DryRun = Type.Object({
  bytes: Count('Inflated.'),
  rows: Count('Without the header.'),
  acceptable: Count('Rows that an import would accept.'),
  rejected: Count('Rows that it would not.'),
  errors: Type.Array(Type.Object({ line: Type.Integer(), ...RowError.properties }), { description: 'The first 100, by line.' }),
  samples: Type.Array(Type.Object({ line: Type.Integer(), interaction: Type.Object({}) }), {
    description: 'The first 3 rows as the interactions that they would be.',
  }),
});

const EXAMPLE: Static<typeof Import> = {
  id: '019bc0a1-7c00-7000-8000-0000000000a0',
  name: 'orders 2025',
  source: 'default',
  state: 'running',
  mapping: MAPPING,
  fileBytes: 73_400_320,
  progress: {
    share: 0.42,
    lines: 420_318,
    bytes: 30_828_134,
    rows: 420_317,
    accepted: 420_310,
    unchanged: 0,
    rejected: 7,
    linesPerSecond: 2_000,
    secondsLeft: 291,
  },
  rejects: { kept: 7, path: '/v1/imports/019bc0a1-7c00-7000-8000-0000000000a0/rejects' },
  problem: null,
  createdAt: '2026-01-15T09:00:00.000Z',
  updatedAt: '2026-01-15T09:03:30.000Z',
  endedAt: null,
};
const ID = { id: 'The id of the import.' };

export const IMPORT_DOORS = {
  create: Door({
    scope: 'imports',
    summary: 'Import a file, or try it out',
    description: `CSV (UTF-8, RFC 4180, first line = header) or JSON Lines, plain or gzipped, at most 1 GB, sent as the body:

\`\`\`
curl -H "Authorization: Bearer $KEY" --url-query name='orders 2025' --url-query mapping@mapping.json -T orders.csv.gz -X POST http://127.0.0.1:8080/v1/imports
\`\`\`

With \`dryRun=true\` nothing is accepted, and the answer (200) says what would be: counts, the first errors by line, the first rows as interactions. Otherwise 202 means that the file is on disk here and will be worked off, however often the gateway is restarted.

**Twice is once.** Rows that were brought in under the same name and mapping are known by their place and bytes for 395 days, and are not sent again (\`unchanged\`). A row that is sent again for another reason (others around it were corrected, the mapping is a better one) has the same message id, from the column mapped to \`id\` or else from name, line and text; it has no effect for 7 days.`,
    query: {
      name: {
        description: 'Of the data set. Rows are told apart by it: use the same one for the same file, another for another.',
        schema: { type: 'string', pattern: IMPORT_NAME.source },
        required: true,
      },
      mapping: {
        description: `The mapping as JSON (\`ImportMapping\`), at most ${MAPPING_LENGTH_MAX} characters. For example: \`${JSON.stringify(MAPPING)}\``,
        schema: { type: 'string', maxLength: MAPPING_LENGTH_MAX, contentMediaType: 'application/json', contentSchema: ImportMapping },
        required: true,
      },
      dryRun: { description: 'Read the file and accept nothing.', schema: { type: 'string', enum: ['true', 'false'], default: 'false' } },
    },
    idempotent: true,
    body: {
      schema: { type: 'string', description: 'The file.' },
      contentType: 'text/csv',
      examples: { orders: CSV },
      description: 'The file, whatever its content type says.',
    },
    answer: {
      status: 202,
      description: 'The import; of a dry run (200), its result.',
      schema: { anyOf: [Import, DryRun] },
      example: EXAMPLE,
      headers: { Location: 'Where its progress is.' },
    },
    problems: [409, 422],
  }),
  list: Door({
    scope: 'imports',
    summary: 'List imports',
    description: 'Newest first.',
    query: PAGE,
    answer: { status: 200, description: 'A page of imports.', schema: pageOf(Import), example: { data: [EXAMPLE], nextCursor: null } },
    problems: [400],
  }),
  one: Door({
    scope: 'imports',
    summary: 'How far an import is',
    params: ID,
    answer: { status: 200, description: 'The import.', schema: Import, example: EXAMPLE },
    problems: [404],
  }),
  cancel: Door({
    scope: 'imports',
    summary: 'Cancel an import',
    description: 'What was accepted stays. The file sent again under the same name goes on from there. One that has ended stays as it is.',
    params: ID,
    answer: { status: 200, description: 'The import.', schema: Import, example: { ...EXAMPLE, state: 'cancelled' } },
    problems: [404],
  }),
  rejects: Door({
    scope: 'imports',
    summary: 'Download the rejected rows',
    description:
      'Each as it stood in the file, behind its line and the reasons: correct it and send the download as a file of its own (columns that the mapping does not name are ignored). Kept for 30 days.',
    params: ID,
    query: { format: { description: 'That of the file, when it is missing.', schema: { type: 'string', enum: ['csv', 'jsonl'] } } },
    answer: {
      status: 200,
      description: 'The rows, as CSV or JSON Lines.',
      contentType: 'text/csv',
      schema: { type: 'string' },
      example:
        'rejectLine,rejectReason,Order,Date,E-mail,Total,Shop\r\n7,"Total is not an amount such as 1234.50 (see `decimal`)",A-6,15/01/2026 09:31,ben@example.com,n/a,Huế\r\n',
    },
    problems: [400, 404],
  }),
} as const;
