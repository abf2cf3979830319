import { StreamTables } from '@rapport/platform';
import { Interactions1767225600000 } from './migrations/1767225600000-interactions.js';

export const MIGRATIONS = [StreamTables, Interactions1767225600000];
