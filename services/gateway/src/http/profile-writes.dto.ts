import { PURPOSES, type Purpose } from '@rapport/contracts';
import { IsIn, IsISO8601, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';

export class ConsentStatement {
  @IsIn(PURPOSES)
  purpose!: Purpose;

  /** `*`: every channel. */
  @IsOptional()
  @Matches(/^(\*|[a-z_]{1,32})$/, { message: 'must be a channel, or * for all of them' })
  channel?: string;

  @IsIn(['granted', 'withdrawn'])
  state!: 'granted' | 'withdrawn';

  @IsOptional()
  @IsISO8601({ strict: true })
  at?: string;

  /** In which words it was asked. */
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  wording?: string;

  /** Where it was given: `checkout`, `paper form 12`. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  source?: string;
}

export class AgentAssignment {
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  agentId!: string;
}
