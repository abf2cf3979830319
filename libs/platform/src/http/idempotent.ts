import { createHash } from 'node:crypto';
import {
  applyDecorators,
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catchError, from, mergeMap, type Observable, of, throwError } from 'rxjs';
import { v7 as uuidv7 } from 'uuid';
import { logger } from '../telemetry/logger.js';
import { type IdempotentRequest, IdempotencyStore } from './idempotency-store.js';
import { ProblemException, serviceCode } from './problem.js';

/** Set by whoever checked the caller: scopes its Idempotency-Keys. */
export interface CallerRequest extends FastifyRequest {
  callerId?: string;
  operationId?: string;
}

/** Printable ASCII without quotes and backslash, as a bare text or as a quoted string (draft-ietf-httpapi-idempotency-key-header). */
const KEY = /^(?:"([!#-[\]-~ ]{1,255})"|([!#-[\]-~]{1,255}))$/;

@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(@Inject(IdempotencyStore) private readonly store: IdempotencyStore) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<CallerRequest>();
    const header = request.headers['idempotency-key'];
    if (header === undefined) return next.handle();
    const asked: IdempotentRequest = { scope: request.callerId ?? '', key: keyOf(header), fingerprint: fingerprintOf(request) };
    const begun = await this.store.begin(asked);
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    switch (begun.kind) {
      case 'run':
        request.operationId = begun.operationId;
        return this.run(asked, begun.operationId, reply, next);
      case 'replay':
        reply.status(begun.status).header('idempotent-replayed', 'true');
        return of(begun.answer === null ? undefined : JSON.parse(begun.answer));
      case 'in_flight':
        throw new ProblemException(
          409,
          serviceCode('IDEMPOTENCY_IN_FLIGHT'),
          'A request with this Idempotency-Key is being answered.',
          undefined,
          { 'retry-after': '1' },
        );
      case 'different':
        throw new ProblemException(422, serviceCode('IDEMPOTENCY_KEY_REUSED'), 'This Idempotency-Key was used for a different request.');
    }
  }

  private run(asked: IdempotentRequest, operationId: string, reply: FastifyReply, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      mergeMap((answer: unknown) => from(this.keep(asked, operationId, reply.statusCode, answer))),
      catchError((error: unknown) => from(this.fail(asked, operationId, error)).pipe(mergeMap(() => throwError(() => error)))),
    );
  }

  private async keep(asked: IdempotentRequest, operationId: string, status: number, answer: unknown): Promise<unknown> {
    await this.store.complete(asked, operationId, status, answer === undefined ? null : JSON.stringify(answer));
    return answer;
  }

  private async fail(asked: IdempotentRequest, operationId: string, error: unknown): Promise<void> {
    const refused = error instanceof ProblemException && error.getStatus() < 500;
    try {
      await (refused ? this.store.forget(asked, operationId) : this.store.release(asked, operationId));
    } catch (failure) {
      // the lease runs out by itself
      logger.warn({ err: failure }, 'an idempotency key was not freed');
    }
  }
}

/**
 * A write that may be repeated with the same `Idempotency-Key` (optional header): 400 malformed, 409 while the first is under way, 422 for another
 * request, else the first answer again for 24 hours. A crash between effect and answer is covered when the handler makes what it makes under
 * {@link OperationId}: the repetition gets the same id and finds it made.
 */
export function Idempotent(): MethodDecorator {
  return applyDecorators(
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'Repeating a request with the same key has one effect and one answer, for 24 hours.',
    }),
  );
}

/** A UUIDv7 that is the same for every try of one idempotent request; a new one without a key. */
export const OperationId = createParamDecorator(
  (_: unknown, context: ExecutionContext): string => context.switchToHttp().getRequest<CallerRequest>().operationId ?? uuidv7(),
);

function keyOf(header: string | string[]): string {
  const match = typeof header === 'string' ? KEY.exec(header) : null;
  const key = match?.[1] ?? match?.[2];
  if (key !== undefined) return key;
  throw new ProblemException(
    400,
    serviceCode('IDEMPOTENCY_KEY_INVALID'),
    'Idempotency-Key must be 1 to 255 printable ASCII characters, quoted or not.',
  );
}

function fingerprintOf({ method, url, body }: FastifyRequest): Buffer {
  return createHash('sha256')
    .update(`${method} ${url}\n`)
    .update(JSON.stringify(body ?? null))
    .digest();
}
