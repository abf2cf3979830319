import { IdempotencyTable, StreamTables } from '@rapport/platform';
import { Segmentation1700000200000 } from './migrations/1700000200000-segmentation.js';
import { Satisfaction1767571300000 } from './migrations/1767571300000-satisfaction.js';
import { Unmerges1768000000000 } from './migrations/1768000000000-unmerges.js';

/** In the order in which they run. */
export const MIGRATIONS = [
  StreamTables,
  IdempotencyTable,
  Segmentation1700000200000,
  Satisfaction1767571300000,
  Unmerges1768000000000,
] as const;
