import { runMigrations } from '@rapport/platform';
import { readProfilesConfig } from './config.js';
import { MIGRATIONS } from './persistence/migrations.js';

const config = readProfilesConfig();
const done = await runMigrations({ config, migrations: MIGRATIONS });
process.stdout.write(`profiles: ${done.length === 0 ? 'nothing to migrate' : done.join(', ')}\n`);
