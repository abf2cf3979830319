import { PURPOSES, type Purpose } from '@rapport/contracts';
import { IsEmail, IsIn, IsISO8601, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';

export class ConsentStatement {
  @IsIn(PURPOSES)
  purpose!: Purpose;

  /** `*`: every channel. */
  @IsOptional()
  @Matches(/^(\*|[a-z_]{1,32})$/, { message: 'must be a channel, or * for all of them' })
  channel?: string;

  /** `pending`: he asked for it; granted once the mailbox has confirmed it (double opt-in, e-mail only). */
  @IsIn(['granted', 'withdrawn', 'pending'])
  state!: 'granted' | 'withdrawn' | 'pending';

  /** With `pending`: the address to be confirmed; without it that of the ref. */
  @IsOptional()
  @IsEmail()
  @MaxLength(256)
  email?: string;

  @IsOptional()
  @IsISO8601({ strict: true })
  at?: string;

  /** In which words it was asked. */
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  wording?: string;

  /** Which edition of the words. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  wordingVersion?: string;

  /** Who said it: `customer`, or who recorded it for him. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  actor?: string;

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
