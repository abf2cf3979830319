import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ProfileState } from '../../domain/profile-state.js';

@Entity('profiles')
export class ProfileEntity {
  @PrimaryColumn('uuid', { name: 'profile_id' })
  profileId!: string;

  @Column('integer')
  version!: number;

  @Column('json')
  state!: ProfileState;

  @Column('uuid', { name: 'merged_into', nullable: true })
  mergedInto!: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
