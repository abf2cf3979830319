import { BackfillEntity } from './entities/backfill.entity.js';
import { MembershipEntity } from './entities/membership.entity.js';
import { SegmentVersionEntity } from './entities/segment-version.entity.js';
import { SegmentEntity } from './entities/segment.entity.js';

export const ENTITIES = [SegmentEntity, SegmentVersionEntity, BackfillEntity, MembershipEntity] as const;
