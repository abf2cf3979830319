import type { Sql } from '@rapport/platform';
import { parseRule } from '../domain/parse-rule.js';
import { compileRulebook, type DepartedSegment, type Rulebook, type Segment } from '../domain/rulebook.js';

const EPOCH = `SELECT epoch FROM rulebook`;
// One statement, so that the epoch and the definitions are of one moment.
const DEFINITIONS = `
  SELECT r.epoch AS book_epoch, s.segment_id, s.name, s.version, s.epoch, s.rule, s."references", s.archived_at IS NOT NULL AS departed
  FROM rulebook r LEFT JOIN segments s ON s.archived_at IS NULL OR EXISTS (SELECT FROM backfills b WHERE b.segment_id = s.segment_id)
  ORDER BY s.segment_id`;

interface DefinitionRow {
  readonly book_epoch: number;
  readonly segment_id: string | null;
  readonly name: string;
  readonly version: number;
  readonly epoch: number;
  readonly rule: unknown;
  readonly references: Record<string, string>;
  readonly departed: boolean;
}

/** Gives the rulebook of this very moment. It is compiled once per epoch; every batch asks the database whether the epoch is still the same. */
export class RulebookReader {
  private last: Rulebook | undefined;

  async read(sql: Sql): Promise<Rulebook> {
    const [row] = await sql.query<{ epoch: number }>('segmentation-epoch', EPOCH);
    return this.of(row!.epoch, sql);
  }

  /** The same for who has just read the epoch. */
  async of(epoch: number, sql: Sql): Promise<Rulebook> {
    if (this.last?.epoch !== epoch) this.last = compile(await sql.query<DefinitionRow>('segmentation-definitions', DEFINITIONS));
    return this.last;
  }
}

function compile(rows: readonly DefinitionRow[]): Rulebook {
  const live: Segment[] = [];
  const departed: DepartedSegment[] = [];
  for (const row of rows) {
    if (row.segment_id === null) continue;
    const segment = { id: row.segment_id, name: row.name, version: row.version };
    if (row.departed) departed.push(segment);
    else live.push({ ...segment, epoch: row.epoch, references: row.references, rule: ruleOf(row) });
  }
  return compileRulebook(rows[0]!.book_epoch, live, departed);
}

/** @throws when a stored rule is no longer understood: a fault of the release, so nothing is evaluated rather than evaluated wrongly. */
function ruleOf({ segment_id, rule }: DefinitionRow): Segment['rule'] {
  const parsed = parseRule(rule);
  if (!parsed.ok)
    throw new Error(`the rule of segment ${segment_id} is not understood: ${parsed.errors[0]?.pointer} ${parsed.errors[0]?.detail}`);
  return parsed.rule;
}
