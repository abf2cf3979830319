import { StreamTables } from '@rapport/platform';
import { Profiles1700000100000 } from './migrations/1700000100000-profiles.js';
import { ConsentEvidence1767571200000 } from './migrations/1767571200000-consent-evidence.js';

/** In the order in which they run. */
export const MIGRATIONS = [StreamTables, Profiles1700000100000, ConsentEvidence1767571200000] as const;
