import 'reflect-metadata';
import { runService } from '@rapport/platform';
import { readConfig } from './config.js';
import { gatewayOptions } from './gateway-options.js';

await runService(gatewayOptions(readConfig()));
