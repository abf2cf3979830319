import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('segments')
export class SegmentEntity {
  @PrimaryColumn('uuid', { name: 'segment_id' })
  segmentId!: string;

  @Column('text')
  name!: string;

  @Column('text')
  description!: string;

  @Column('integer')
  version!: number;

  /** Epoch of the rulebook in which the present rule came in. */
  @Column('integer')
  epoch!: number;

  /** As it was written. */
  @Column('json')
  rule!: unknown;

  /** `member` leaves: reference as written → segment id. */
  @Column('json')
  references!: Record<string, string>;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;

  @Column('timestamptz', { name: 'archived_at', nullable: true })
  archivedAt!: Date | null;
}
