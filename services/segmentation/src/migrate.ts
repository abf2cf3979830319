import { runMigrations } from '@rapport/platform';
import { readSegmentationConfig } from './config.js';
import { MIGRATIONS } from './persistence/migrations.js';

const done = await runMigrations({ config: readSegmentationConfig(), migrations: MIGRATIONS });
process.stdout.write(`segmentation: ${done.length === 0 ? 'nothing to migrate' : done.join(', ')}\n`);
