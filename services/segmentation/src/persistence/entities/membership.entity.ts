import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A present member of a segment; written by the pipeline. */
@Entity('memberships')
export class MembershipEntity {
  @PrimaryColumn('uuid', { name: 'segment_id' })
  segmentId!: string;

  @PrimaryColumn('uuid', { name: 'profile_id' })
  profileId!: string;

  @Column('integer')
  sequence!: number;

  @Column('timestamptz')
  since!: Date;
}
