import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Everything that running the product locally leaves behind: data, logs, caches, keys. Not under version control. */
export const STATE_DIR = join(ROOT, '.rapport');

/**
 * PostgreSQL refuses to run as root, so root runs it as another user; where that user cannot reach the repository (a clone below `/root`),
 * the database lives here instead. One folder per clone.
 */
export const OUTSIDE_DIR = join('/var/tmp', `rapport-${createHash('sha256').update(ROOT).digest('hex').slice(0, 12)}`);
