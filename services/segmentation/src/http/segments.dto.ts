import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PageQuery } from '@rapport/platform';
import { ArrayMaxSize, IsArray, IsDefined, IsIn, IsInt, IsOptional, IsString, IsUUID, Length, MaxLength, Min } from 'class-validator';

export class SegmentBody {
  @ApiProperty({ minLength: 1, maxLength: 100, description: 'Unique among the segments that are not archived.' })
  @IsString()
  @Length(1, 100)
  name!: string;

  @ApiPropertyOptional({ maxLength: 1000 })
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  description?: string;

  @ApiProperty({ type: Object, description: 'A rule of the segment language.' })
  @IsDefined()
  rule!: unknown;
}

export class SegmentEdit extends SegmentBody {
  @ApiPropertyOptional({
    type: Number,
    description: 'The version that was edited: when it is no longer the present one, nothing is changed (409).',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  version?: number;
}

export class SegmentListQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ['present', 'archived'], default: 'present' })
  @IsOptional()
  @IsIn(['present', 'archived'])
  state: 'present' | 'archived' = 'present';
}

export class ProfileSegmentsQuery {
  @ApiPropertyOptional({ description: 'Id or name of one segment: explains it, whether the customer is a member or not.' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  segment?: string;
}

export const CUSTOMERS_BY_IDS_MAX = 500;

export class CustomersByIds {
  @ApiProperty({ type: [String], format: 'uuid', maxItems: CUSTOMERS_BY_IDS_MAX })
  @IsArray()
  @ArrayMaxSize(CUSTOMERS_BY_IDS_MAX)
  @IsUUID('all', { each: true })
  ids!: string[];
}
