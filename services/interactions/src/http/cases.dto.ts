import { CASE_PRIORITIES, CASE_STATUSES, type CasePriority, type CaseStatus } from '@rapport/contracts';
import { PageQuery } from '@rapport/platform';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, IsString, IsUUID, MaxLength, MinLength, ValidateNested } from 'class-validator';

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

/** As many as a profile can hold. */
const SUBJECTS_MAX = 1_000;
const SUBJECT_CHARS_MAX = 64 + 1 + 256;

export class ContextOfDto {
  /** Without it, it is looked for by the subjects. */
  @IsOptional()
  @IsUUID()
  profileId?: string;

  /** `type:value`, normalised: plain texts, because there are many, and each object would be made and checked member by member. */
  @IsArray()
  @ArrayMaxSize(SUBJECTS_MAX)
  @IsString({ each: true })
  @MaxLength(SUBJECT_CHARS_MAX, { each: true })
  subjects!: string[];
}

const CUSTOMERS_MAX = 100;

/** Body of `POST /internal/v1/context`. */
export class ContextsDto {
  @IsArray()
  @ArrayMaxSize(CUSTOMERS_MAX)
  @ValidateNested({ each: true })
  @Type(() => ContextOfDto)
  customers!: ContextOfDto[];
}
