import 'reflect-metadata';
import { logger, runMigrations } from '@rapport/platform';
import { readConfig } from './config.js';
import { MIGRATIONS } from './persistence/migrations.js';

const migrated = await runMigrations({ config: readConfig(), migrations: MIGRATIONS });
logger.info({ migrated }, 'schema is up to date');
