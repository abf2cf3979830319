import { COMPLEXITIES, type Complexity, SENSITIVITIES, type Sensitivity } from '@rapport/contracts';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsUUID, ValidateNested } from 'class-validator';

/** Of whom, and for which matter a channel is suggested. */
export class ContextOfDto {
  @IsUUID()
  profileId!: string;

  @IsIn(COMPLEXITIES)
  complexity!: Complexity;

  @IsIn(SENSITIVITIES)
  sensitivity!: Sensitivity;
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
