import { IdentifierEntity } from './entities/identifier.entity.js';
import { ProfileEntity } from './entities/profile.entity.js';
import { SearchableTraitEntity } from './entities/searchable-trait.entity.js';

export const ENTITIES = [ProfileEntity, IdentifierEntity, SearchableTraitEntity] as const;
