import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who owns an identifier now, and the interaction that first said so. */
@Entity('identifiers')
export class IdentifierEntity {
  @PrimaryColumn('text')
  type!: string;

  @PrimaryColumn('text')
  value!: string;

  @Column('uuid', { name: 'profile_id' })
  profileId!: string;

  @Column('uuid', { name: 'interaction_id' })
  interactionId!: string;

  @Column('timestamptz', { name: 'linked_at' })
  linkedAt!: Date;
}
