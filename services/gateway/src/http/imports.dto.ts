import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { IMPORT_NAME, MAPPING_LENGTH_MAX } from '../domain/imports/import-limits.js';

export class ImportQuery {
  @Matches(IMPORT_NAME, { message: 'must be 1 to 100 letters, digits, spaces and . _ -, a letter or digit first' })
  name!: string;

  @IsString()
  @MaxLength(MAPPING_LENGTH_MAX)
  mapping!: string;

  @IsOptional()
  @IsIn(['true', 'false'])
  dryRun?: 'true' | 'false';
}

export class RejectsQuery {
  @IsOptional()
  @IsIn(['csv', 'jsonl'])
  format?: 'csv' | 'jsonl';
}
