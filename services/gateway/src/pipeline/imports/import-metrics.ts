import { Counter } from 'prom-client';

const rows = new Counter({
  name: 'gateway_import_rows_total',
  help: 'Rows of files, by what became of them.',
  labelNames: ['outcome'] as const,
});

export type RowOutcome = 'accepted' | 'unchanged' | 'rejected';

export function countRows(counts: Readonly<Record<RowOutcome, number>>): void {
  for (const outcome of ['accepted', 'unchanged', 'rejected'] as const) rows.inc({ outcome }, counts[outcome]);
}
