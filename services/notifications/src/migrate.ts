import { runMigrations } from '@rapport/platform';
import { readNotificationsConfig } from './config.js';
import { MIGRATIONS } from './persistence/migrations.js';

const config = readNotificationsConfig();
const done = await runMigrations({ config, migrations: MIGRATIONS });
process.stdout.write(`notifications: ${done.length === 0 ? 'nothing to migrate' : done.join(', ')}\n`);
