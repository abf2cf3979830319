import { IdempotencyTable, StreamTables } from '@rapport/platform';
import { Decisions1700000100000 } from './migrations/1700000100000-decisions.js';
import { Delivering1700000200000 } from './migrations/1700000200000-delivering.js';

/** In the order in which they run. */
export const MIGRATIONS = [StreamTables, IdempotencyTable, Decisions1700000100000, Delivering1700000200000] as const;
