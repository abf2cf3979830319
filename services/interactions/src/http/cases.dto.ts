import { CASE_PRIORITIES, CASE_STATUSES, type CasePriority, type CaseStatus } from '@rapport/contracts';
import { PageQuery } from '@rapport/platform';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, IsString, IsUUID, MaxLength, MinLength, ValidateNested } from 'class-validator';
import { IdentifierDto } from './timeline.dto.js';

/** Query of `GET /internal/v1/cases`. */
export class CasesQuery extends PageQuery {
  @IsOptional()
  @IsIn(CASE_STATUSES)
  status?: CaseStatus;

  @IsOptional()
  @IsIn(CASE_PRIORITIES)
  priority?: CasePriority;

  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  assigneeId?: string;

  @IsOptional()
  @IsUUID()
  profileId?: string;
}

const IDENTIFIERS_MAX = 1000;

/** Body of `POST /internal/v1/context`. Without `profileId` it is looked for by the identifiers. */
export class ContextDto {
  @IsOptional()
  @IsUUID()
  profileId?: string;

  @IsArray()
  @ArrayMaxSize(IDENTIFIERS_MAX)
  @ValidateNested({ each: true })
  @Type(() => IdentifierDto)
  identifiers!: IdentifierDto[];
}
