import 'reflect-metadata';
import { runService } from '@rapport/platform';
import { readConfig } from './config.js';
import { InteractionsModule } from './interactions.module.js';

const config = readConfig();
await runService({ config, module: InteractionsModule.forRoot(config) });
