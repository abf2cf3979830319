import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One partition whose customers are still being brought to an epoch. */
@Entity('backfills')
export class BackfillEntity {
  @PrimaryColumn('uuid', { name: 'segment_id' })
  segmentId!: string;

  @PrimaryColumn('integer')
  partition!: number;

  @Column('integer')
  epoch!: number;
}
