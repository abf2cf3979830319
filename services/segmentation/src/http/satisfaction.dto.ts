import { IsIn, IsISO8601, IsOptional, IsString, Length } from 'class-validator';
import { METRICS, type Metric } from '../domain/satisfaction/survey-answer.js';
import { DIMENSIONS, type Dimension, PERIODS, type Period } from '../persistence/satisfaction-reader.js';

/** Query of `GET /internal/v1/satisfaction`. */
export class SatisfactionDto {
  @IsIn(METRICS)
  metric!: Metric;

  @IsOptional()
  @IsIn(DIMENSIONS)
  by: Dimension = 'touchpoint';

  /** How long a period is. */
  @IsOptional()
  @IsIn(PERIODS)
  period: Period = 'month';

  /** Of the time of the answer, inclusive: a day in UTC, or an instant. */
  @IsOptional()
  @IsISO8601({ strict: true })
  from?: string;

  /** Exclusive. */
  @IsOptional()
  @IsISO8601({ strict: true })
  to?: string;

  @IsOptional()
  @IsString()
  @Length(1, 100)
  segment?: string;
}
