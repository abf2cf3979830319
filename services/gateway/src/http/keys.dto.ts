import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { ALL_SCOPES, type KeyKind, type Scope } from '../domain/api-key.js';

export class CreateKey {
  @IsIn(['write', 'server'])
  kind!: KeyKind;

  @IsString()
  @MinLength(1)
  @MaxLength(100)
  name!: string;

  @IsOptional()
  @Matches(/^[a-z0-9][a-z0-9._-]{0,62}$/i, { message: 'must be 1 to 63 of A–Z a–z 0–9 . _ -' })
  source?: string;

  @IsOptional()
  @IsArray()
  @ArrayUnique()
  @ArrayMaxSize(ALL_SCOPES.length)
  @IsIn(ALL_SCOPES, { each: true, message: `each must be one of ${ALL_SCOPES.join(', ')}` })
  scopes?: Scope[];
}
