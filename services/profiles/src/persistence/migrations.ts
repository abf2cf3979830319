import { IdempotencyTable, StreamTables } from '@rapport/platform';
import { Profiles1700000100000 } from './migrations/1700000100000-profiles.js';
import { ConsentEvidence1767571200000 } from './migrations/1767571200000-consent-evidence.js';
import { IdentityRequests1767700000000 } from './migrations/1767700000000-identity-requests.js';
import { Accounts1767700100000 } from './migrations/1767700100000-accounts.js';

/** In the order in which they run. */
export const MIGRATIONS = [
  StreamTables,
  IdempotencyTable,
  Profiles1700000100000,
  ConsentEvidence1767571200000,
  IdentityRequests1767700000000,
  Accounts1767700100000,
] as const;
