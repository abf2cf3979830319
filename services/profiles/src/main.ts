import 'reflect-metadata';
import { runService } from '@rapport/platform';
import { readProfilesConfig } from './config.js';
import { ProfilesModule } from './profiles.module.js';

const config = readProfilesConfig();
await runService({ config, module: ProfilesModule.forRoot(config) });
