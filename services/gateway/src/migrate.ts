import { logger, runMigrations } from '@rapport/platform';
import { readConfig } from './config.js';
import { MIGRATIONS } from './persistence/migrations.js';

const ran = await runMigrations({ config: readConfig(), migrations: MIGRATIONS });
logger.info({ migrations: ran }, 'schema is up to date');
