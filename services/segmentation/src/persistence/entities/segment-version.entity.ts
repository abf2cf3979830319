import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('segment_versions')
export class SegmentVersionEntity {
  @PrimaryColumn('uuid', { name: 'segment_id' })
  segmentId!: string;

  @PrimaryColumn('integer')
  version!: number;

  @Column('text')
  name!: string;

  @Column('text')
  description!: string;

  @Column('json')
  rule!: unknown;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
