import 'reflect-metadata';
import { runService } from '@rapport/platform';
import { readNotificationsConfig } from './config.js';
import { NotificationsModule } from './notifications.module.js';

const config = readNotificationsConfig();
await runService({ config, module: NotificationsModule.forRoot(config) });
