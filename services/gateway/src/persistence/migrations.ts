import { ApiKeys1700000000000 } from './migrations/1700000000000-api-keys.js';

export const MIGRATIONS = [ApiKeys1700000000000];
