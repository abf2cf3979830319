import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PageQuery } from '@rapport/platform';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { REVIEW_STATES, type ReviewState } from '../pipeline/identity-desk.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export class MergeBody {
  /** Two refs: ids, or `type:value`. */
  @ApiProperty({ type: [String], minItems: 2, maxItems: 2 })
  @IsArray()
  @ArrayMinSize(2)
  @ArrayMaxSize(2)
  @IsString({ each: true })
  @MaxLength(330, { each: true })
  profiles!: string[];
}

export class UnmergeBody {
  @ApiProperty({ type: String, format: 'uuid' })
  @Matches(UUID, { message: 'must be the id of a profile that was merged' })
  mergedId!: string;
}

export class ReviewQuery extends PageQuery {
  @ApiPropertyOptional({ type: String, enum: REVIEW_STATES })
  @IsOptional()
  @IsIn(REVIEW_STATES)
  state: ReviewState = 'open';
}
