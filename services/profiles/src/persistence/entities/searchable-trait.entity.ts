import { Entity, PrimaryColumn } from 'typeorm';

@Entity('searchable_traits')
export class SearchableTraitEntity {
  @PrimaryColumn('text')
  name!: string;

  @PrimaryColumn('text')
  value!: string;

  @PrimaryColumn('uuid', { name: 'profile_id' })
  profileId!: string;
}
