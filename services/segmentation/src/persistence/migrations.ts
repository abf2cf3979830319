import { IdempotencyTable, StreamTables } from '@rapport/platform';
import { Segmentation1700000200000 } from './migrations/1700000200000-segmentation.js';

/** In the order in which they run. */
export const MIGRATIONS = [StreamTables, IdempotencyTable, Segmentation1700000200000] as const;
