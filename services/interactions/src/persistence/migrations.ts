import { StreamTables } from '@rapport/platform';
import { Cases1767484800000 } from './migrations/1767484800000-cases.js';
import { Interactions1767225600000 } from './migrations/1767225600000-interactions.js';

export const MIGRATIONS = [StreamTables, Interactions1767225600000, Cases1767484800000];
