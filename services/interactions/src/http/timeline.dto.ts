import { CHANNELS, STAGES } from '@rapport/contracts';
import { PageQuery } from '@rapport/platform';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsISO8601,
  IsOptional,
  IsString,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';

/** As many as a profile can hold. */
const IDENTIFIERS_MAX = 1000;

export class IdentifierDto {
  @IsString()
  @MinLength(1)
  @MaxLength(64)
  type!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(256)
  value!: string;
}

/** Body of `POST /internal/v1/timeline`. */
export class TimelineDto extends PageQuery {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(IDENTIFIERS_MAX)
  @ValidateNested({ each: true })
  @Type(() => IdentifierDto)
  identifiers!: IdentifierDto[];

  @IsOptional()
  @IsIn(CHANNELS)
  channel?: string;

  @IsOptional()
  @IsIn(STAGES)
  stage?: string;

  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  event?: string;

  /** Of the time when it happened, inclusive. */
  @IsOptional()
  @IsISO8601({ strict: true })
  from?: string;

  /** Exclusive. */
  @IsOptional()
  @IsISO8601({ strict: true })
  to?: string;
}
