import { StreamTables } from '@rapport/platform';
import { Profiles1700000100000 } from './migrations/1700000100000-profiles.js';

/** In the order in which they run. */
export const MIGRATIONS = [StreamTables, Profiles1700000100000] as const;
