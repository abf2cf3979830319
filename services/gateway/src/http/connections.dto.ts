import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsObject, IsOptional, IsString, Length, Matches } from 'class-validator';
import { CONNECTION_NAME } from '../domain/connection.js';
import { PROVIDERS } from '../domain/signatures/schemes.js';

export const SECRETS_MAX = 3;
export const SECRET_LENGTH = { min: 8, max: 1_024 } as const;

export class CreateConnection {
  @IsIn(PROVIDERS, { message: `must be one of ${PROVIDERS.join(', ')}` })
  provider!: string;

  @Matches(CONNECTION_NAME, { message: 'must be 1 to 63 of A–Z a–z 0–9 . _ -, a letter or digit first' })
  name!: string;

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(SECRETS_MAX)
  @IsString({ each: true })
  @Length(SECRET_LENGTH.min, SECRET_LENGTH.max, { each: true })
  secrets!: string[];

  @IsOptional()
  @IsString()
  @Length(SECRET_LENGTH.min, SECRET_LENGTH.max)
  verifyToken?: string;

  @IsOptional()
  @IsObject()
  settings?: Record<string, unknown>;
}

export class ChangeConnection {
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(SECRETS_MAX)
  @IsString({ each: true })
  @Length(SECRET_LENGTH.min, SECRET_LENGTH.max, { each: true })
  secrets?: string[];

  @IsOptional()
  @IsString()
  @Length(SECRET_LENGTH.min, SECRET_LENGTH.max)
  verifyToken?: string;

  @IsOptional()
  @IsObject()
  settings?: Record<string, unknown>;
}
