import { IdempotencyTable, StreamTables } from '@rapport/platform';
import { Maps1767830400000 } from './migrations/1767830400000-maps.js';
import { Interactions1767225600000 } from './migrations/1767225600000-interactions.js';

export const MIGRATIONS = [StreamTables, IdempotencyTable, Interactions1767225600000, Maps1767830400000];
