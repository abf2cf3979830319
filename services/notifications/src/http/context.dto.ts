import { COMPLEXITIES, type Complexity, SENSITIVITIES, type Sensitivity } from '@rapport/contracts';
import { IsIn, IsUUID } from 'class-validator';

/** Body of `POST /internal/v1/context`: of whom, and for which matter a channel is suggested. */
export class ContextDto {
  @IsUUID()
  profileId!: string;

  @IsIn(COMPLEXITIES)
  complexity!: Complexity;

  @IsIn(SENSITIVITIES)
  sensitivity!: Sensitivity;
}
