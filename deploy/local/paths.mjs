import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Everything that running the product locally leaves behind: data, logs, caches, keys. Not under version control. */
export const STATE_DIR = join(ROOT, '.rapport');

/**
 * A folder for what another user must reach and cannot reach at `dir`: PostgreSQL refuses to run as root, so root runs it as another user, who cannot
 * look into a clone below `/root`.
 */
export const outside = (/** @type {string} */ dir) =>
  join('/var/tmp', `rapport-${createHash('sha256').update(dir).digest('hex').slice(0, 12)}`);
