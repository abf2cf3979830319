import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type InternalRequest, ProblemException } from '@rapport/platform';
import { v7 as uuidv7 } from 'uuid';
import type { ApiKey } from '../domain/api-key.js';
import type { KeyedRequest } from './scope-guard.js';

/** Who makes a request, and under which Idempotency-Key. */
export interface Caller {
  readonly key: ApiKey;
  readonly idempotencyKey: string | undefined;
  /** What a service must know of the caller. */
  readonly forward: Pick<InternalRequest, 'callerId' | 'headers'>;
}

/** For handlers behind a scope: the guard has put the key there. */
export const FromCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const request = context.switchToHttp().getRequest<KeyedRequest>();
  if (request.apiKey === undefined) throw new Error('this door has no scope');
  const header = request.headers['idempotency-key'];
  const idempotencyKey = Array.isArray(header) ? header[0] : header;
  return { key: request.apiKey, idempotencyKey, forward: { callerId: request.apiKey.id, headers: { 'idempotency-key': idempotencyKey } } };
});

const IDEMPOTENCY_KEY = /^(?:"([!#-[\]-~ ]{1,255})"|([!#-[\]-~]{1,255}))$/;

/**
 * The message id of a write that becomes an interaction: the same for every try under one Idempotency-Key of one caller and door, so that the
 * repetition is the same interaction and has no second effect.
 */
export function messageIdOf({ key, idempotencyKey }: Caller, door: string): string {
  if (idempotencyKey === undefined) return uuidv7();
  const match = IDEMPOTENCY_KEY.exec(idempotencyKey);
  const text = match?.[1] ?? match?.[2];
  if (text === undefined)
    throw new ProblemException(
      400,
      'GATEWAY_IDEMPOTENCY_KEY_INVALID',
      'Idempotency-Key must be 1 to 255 printable ASCII characters, quoted or not.',
    );
  return `idem:${createHash('sha256').update(`${key.id}\n${door}\n${text}`).digest('hex').slice(0, 40)}`;
}
