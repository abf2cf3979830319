import { dayText, mondayMs, WEEK_MS, weeksRemembered } from './weeks.js';

/** Enough for a service that nobody restarts and whose keeper fails for a month. */
const WEEKS_AHEAD = 4;

export interface Retention {
  /** How long records are kept. */
  readonly retentionDays: number;
  /** How long a (source, messageId) is remembered, at least. */
  readonly dedupeDays: number;
}

interface PartitionedTable {
  readonly name: string;
  /** Whole weeks kept before the current one. */
  readonly weeksKept: (retention: Retention) => number;
}

const TABLES: readonly PartitionedTable[] = [
  { name: 'interactions', weeksKept: ({ retentionDays }) => Math.ceil(retentionDays / 7) },
  { name: 'interaction_keys', weeksKept: ({ dedupeDays }) => weeksRemembered(dedupeDays) },
];

export interface PartitionPlan {
  readonly create: readonly { readonly table: string; readonly partition: string; readonly from: string; readonly to: string }[];
  readonly drop: readonly string[];
}

/** Which weekly partitions are missing and which are past their time. Pure; partitions are called `<table>_<Monday>`. */
export function planPartitions(now: Date, existing: ReadonlySet<string>, retention: Retention): PartitionPlan {
  const create: PartitionPlan['create'][number][] = [];
  const drop: string[] = [];
  const thisMonday = mondayMs(now.getTime());
  for (const { name, weeksKept } of TABLES) {
    // the week before as well: at the turn of a week both are written to
    for (let week = -1; week <= WEEKS_AHEAD; week += 1) {
      const monday = thisMonday + week * WEEK_MS;
      const partition = partitionName(name, monday);
      if (!existing.has(partition)) create.push({ table: name, partition, from: dayText(monday), to: dayText(monday + WEEK_MS) });
    }
    const oldest = partitionName(name, thisMonday - weeksKept(retention) * WEEK_MS);
    for (const partition of existing) if (partition.startsWith(`${name}_2`) && partition < oldest) drop.push(partition);
  }
  return { create, drop };
}

function partitionName(table: string, monday: number): string {
  return `${table}_${dayText(monday).replaceAll('-', '')}`;
}
