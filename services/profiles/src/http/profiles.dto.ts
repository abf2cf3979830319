import { ApiProperty } from '@nestjs/swagger';
import { CHANNELS, PURPOSES } from '@rapport/contracts';
import { PageQuery } from '@rapport/platform';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, IsString, Matches } from 'class-validator';

export const PROFILES_BY_IDS_MAX = 500;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export class ProfilesByIds {
  @ApiProperty({ type: [String], format: 'uuid', maxItems: PROFILES_BY_IDS_MAX })
  @IsArray()
  @ArrayMaxSize(PROFILES_BY_IDS_MAX)
  @Matches(UUID, { each: true, message: 'each must be a profile id' })
  ids!: string[];
}

export const PROFILES_BY_REFS_MAX = 100;

export class ProfilesByRefs {
  @ApiProperty({ type: [String], maxItems: PROFILES_BY_REFS_MAX })
  @IsArray()
  @ArrayMaxSize(PROFILES_BY_REFS_MAX)
  @IsString({ each: true })
  refs!: string[];
}

export class ConsentHistoryDto extends PageQuery {
  @IsOptional()
  @IsIn([...PURPOSES, '*'])
  purpose?: string;

  @IsOptional()
  @IsIn([...CHANNELS, '*'])
  channel?: string;
}
