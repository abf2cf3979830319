import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { CHANNELS, COMPLEXITIES, type Complexity, PURPOSES, type Purpose, SENSITIVITIES, type Sensitivity } from '@rapport/contracts';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsISO8601,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
} from 'class-validator';
import { URGENCIES, type Urgency } from '../domain/channels.js';

/** What is wanted of whom; also the body of a decision without sending. */
export class NotificationBody {
  @ApiProperty({ type: String, format: 'uuid' })
  @IsUUID()
  profileId!: string;

  @ApiProperty({ enum: PURPOSES })
  @IsIn(PURPOSES)
  purpose!: Purpose;

  @ApiPropertyOptional({ type: String, description: 'The name of a template; this or `content`.' })
  @IsOptional()
  @IsString()
  @Matches(/^[a-z0-9][a-z0-9._-]{0,99}$/, { message: 'template must be the name of a template' })
  template?: string;

  @ApiPropertyOptional({ type: Object, description: 'What to say, per channel, instead of a template.' })
  @IsOptional()
  @IsObject()
  content?: Record<string, unknown>;

  @ApiPropertyOptional({ enum: URGENCIES, default: 'normal' })
  @IsOptional()
  @IsIn(URGENCIES)
  urgency?: Urgency;

  @ApiPropertyOptional({ enum: COMPLEXITIES, default: 'simple' })
  @IsOptional()
  @IsIn(COMPLEXITIES)
  complexity?: Complexity;

  @ApiPropertyOptional({ enum: SENSITIVITIES, default: 'normal' })
  @IsOptional()
  @IsIn(SENSITIVITIES)
  sensitivity?: Sensitivity;

  @ApiPropertyOptional({ enum: CHANNELS, isArray: true, description: 'Only these may be chosen.' })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(CHANNELS.length)
  @IsIn(CHANNELS, { each: true })
  channels?: string[];

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'After that the message is of no use and is not sent.' })
  @IsOptional()
  @IsISO8601({ strict: true, strictSeparator: true })
  expiresAt?: string;

  @ApiPropertyOptional({ type: Object, description: 'For the template.' })
  @IsOptional()
  @IsObject()
  data?: Record<string, unknown>;

  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  caseId?: string;
}
