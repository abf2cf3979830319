import { IdempotencyTable, StreamTables } from '@rapport/platform';
import { Cases1767484800000 } from './migrations/1767484800000-cases.js';
import { Unmerges1767930400000 } from './migrations/1767930400000-unmerges.js';
import { Maps1767830400000 } from './migrations/1767830400000-maps.js';
import { Interactions1767225600000 } from './migrations/1767225600000-interactions.js';

export const MIGRATIONS = [
  StreamTables,
  IdempotencyTable,
  Interactions1767225600000,
  Cases1767484800000,
  Maps1767830400000,
  Unmerges1767930400000,
];
