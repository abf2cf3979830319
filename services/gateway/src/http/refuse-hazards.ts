import { ProblemException } from '@rapport/platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { findHazard } from '../domain/json-hazards.js';

/**
 * Refuses, at every door that takes JSON or a query, what is well-formed and yet cannot be stored or passed on: U+0000 and halves of surrogate pairs
 * (PostgreSQL has no place for them), numbers beyond a double (they would arrive as null), bottomless nesting. Without it the owner of the data fails
 * on them, and the caller is told to try again. Doors for raw bodies read their own bytes, see `ingest.ts`.
 */
export function refuseHazards(fastify: FastifyInstance): void {
  fastify.addHook('preValidation', (request, _reply, done) => done(hazardOf(request)));
}

function hazardOf({ body, query }: FastifyRequest): ProblemException | undefined {
  const hazard = findHazard(query, true) ?? (Buffer.isBuffer(body) ? undefined : findHazard(body, true));
  if (hazard === undefined) return undefined;
  const [code, detail] =
    hazard.kind === 'text'
      ? ['GATEWAY_TEXT_INVALID', 'The request holds text that cannot be stored.']
      : ['GATEWAY_JSON_INVALID', 'The JSON holds something that is refused everywhere.'];
  return new ProblemException(400, code, detail, [{ pointer: hazard.pointer, detail: hazard.detail }]);
}
