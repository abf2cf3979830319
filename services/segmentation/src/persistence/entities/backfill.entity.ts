import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { SegmentEntity } from './segment.entity.js';

/** One partition whose customers are still being brought to an epoch. */
@Entity('backfills')
export class BackfillEntity {
  @PrimaryColumn('uuid', { name: 'segment_id' })
  segmentId!: string;

  @PrimaryColumn('integer')
  partition!: number;

  @Column('integer')
  epoch!: number;

  @ManyToOne(() => SegmentEntity, (segment) => segment.backfills)
  @JoinColumn({ name: 'segment_id' })
  segment?: Relation<SegmentEntity>;
}
