import { ApiKeys1700000000000 } from './migrations/1700000000000-api-keys.js';
import { Connections1767312000000 } from './migrations/1767312000000-connections.js';
import { Imports1767500400041 } from './migrations/1767500400041-imports.js';

export const MIGRATIONS = [ApiKeys1700000000000, Connections1767312000000, Imports1767500400041];
