import { CHANNELS, HANDLINGS } from '@rapport/contracts';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, IsUUID, Matches, ValidateNested } from 'class-validator';
import { OUTCOMES } from '../domain/maps/outcomes.js';
import { PRICES_MAX } from '../domain/maps/prices.js';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_SAID = { message: 'must be a day, e.g. 2026-01-31' };

export class PeriodQuery {
  /** The first day, UTC. */
  @IsOptional()
  @Matches(DATE, DATE_SAID)
  from?: string;

  /** The day after the last. */
  @IsOptional()
  @Matches(DATE, DATE_SAID)
  to?: string;

  /** `svg`: `{svg}` instead of the figures. */
  @IsOptional()
  @IsIn(['svg'])
  as?: 'svg';
}

export class JourneyMapQuery extends PeriodQuery {
  @IsOptional()
  @IsUUID()
  segment?: string;

  @IsOptional()
  @IsIn(OUTCOMES)
  outcome?: string;
}

export class PriceDto {
  @IsIn([...CHANNELS, '*'])
  channel!: (typeof CHANNELS)[number] | '*';

  @IsIn([...HANDLINGS, '*'])
  handling!: (typeof HANDLINGS)[number] | '*';

  @Matches(/^\d{1,9}(\.\d{1,6})?$/, { message: 'must be a decimal string, e.g. 3.50' })
  amount!: string;
}

export class PriceTableDto {
  @Matches(/^[A-Z]{3}$/, { message: 'must be three letters of ISO 4217' })
  currency!: string;

  @IsArray()
  @ArrayMaxSize(PRICES_MAX)
  @ValidateNested({ each: true })
  @Type(() => PriceDto)
  prices!: PriceDto[];
}
