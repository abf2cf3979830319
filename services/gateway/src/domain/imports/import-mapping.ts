import { words } from '@rapport/contracts';
import { Type, type Static } from '@sinclair/typebox';
import { COLUMNS_MAX } from './import-limits.js';

const ColumnName = Type.String({ minLength: 1, maxLength: 200 });
const Path = Type.String({
  minLength: 1,
  maxLength: 100,
  description:
    'A member of an interaction: `event`, `value.amount`, `identifiers.email`, `properties.<name>`, `traits.<name>`, `context.<name>`, `account.id` …',
});
export const CELL_KINDS = ['text', 'number', 'boolean'] as const;
export type CellKind = (typeof CELL_KINDS)[number];

/** How the rows of a file become interactions. */
export const ImportMapping = Type.Object(
  {
    format: words(['csv', 'jsonl'], 'Either may be gzipped; that is seen, not said.'),
    delimiter: Type.Optional(words([',', ';', '\t', '|'], 'Of CSV; a comma, when it is missing.')),
    columns: Type.Optional(
      Type.Record(
        ColumnName,
        Type.Union([Path, Type.Object({ to: Path, as: Type.Optional(words(CELL_KINDS)) }, { additionalProperties: false })]),
        {
          maxProperties: COLUMNS_MAX,
          description:
            'From column to member. JSON Lines: from member to member, a dot leads into an object; without any, every line is an interaction as it stands.',
        },
      ),
    ),
    constants: Type.Optional(
      Type.Record(Path, Type.Union([Type.String({ minLength: 1, maxLength: 256 }), Type.Number(), Type.Boolean()]), {
        maxProperties: 50,
        description: 'What every row has and no column says: `{"event": "Order Completed", "value.currency": "VND"}`.',
      }),
    ),
    time: Type.Optional(
      Type.Object(
        {
          column: ColumnName,
          format: Type.Optional(
            Type.String({
              minLength: 1,
              maxLength: 40,
              description: '`iso` (when missing), `epoch_s`, `epoch_ms`, or a pattern: `dd/MM/yyyy HH:mm`.',
            }),
          ),
          zone: Type.Optional(
            Type.String({ minLength: 1, maxLength: 64, description: 'Of times without an offset; UTC, when it is missing.' }),
          ),
        },
        { additionalProperties: false, description: 'When it happened. Without it: when the row is read.' },
      ),
    ),
    decimal: Type.Optional(words(['.', ','], 'How amounts and numbers write their decimals; a point, when it is missing.')),
    others: Type.Optional(words(['ignore', 'properties'], 'What becomes of columns that are not named; ignored, when it is missing.')),
  },
  { additionalProperties: false, description: 'How the rows of a file become interactions.' },
);
export type ImportMapping = Static<typeof ImportMapping>;
