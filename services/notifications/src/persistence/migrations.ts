import { IdempotencyTable, StreamTables } from '@rapport/platform';
import { Decisions1700000100000 } from './migrations/1700000100000-decisions.js';

/** In the order in which they run. */
export const MIGRATIONS = [StreamTables, IdempotencyTable, Decisions1700000100000] as const;
