import 'reflect-metadata';
import { runService } from '@rapport/platform';
import { readSegmentationConfig } from './config.js';
import { SegmentationModule } from './segmentation.module.js';

const config = readSegmentationConfig();
await runService({ config, module: SegmentationModule.forRoot(config) });
