import { Injectable } from '@nestjs/common';
import { childTrace, currentTrace, formatTraceparent } from '@rapport/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import type { ApiKey } from '../domain/api-key.js';
import { type ParsedBody, parseObject } from '../domain/parse-json.js';
import { keyFromBody, keyFromHead } from '../domain/read-key.js';
import type { ReceivedRecord, RequestFacts } from '../domain/received-record.js';
import { Acceptance } from '../pipeline/acceptance.js';
import { Access } from './access.js';
import { toProblem } from './problems.js';
import { bodyOf } from './request-body.js';

export interface Ingested {
  readonly records: readonly ReceivedRecord[];
  /** What the rate limit counts. */
  readonly events: number;
}

/** The way of every request that brings interactions: key, body, limit, Kafka. */
@Injectable()
export class Ingest {
  constructor(
    private readonly access: Access,
    private readonly acceptance: Acceptance,
  ) {}

  /**
   * Resolves when Kafka has all records that `read` made of the body. A wrong key is refused before the body is looked at, unless it stands in it.
   * @throws ProblemException
   */
  async take(
    request: FastifyRequest,
    reply: FastifyReply,
    protocol: RequestFacts['protocol'],
    bytesMax: number,
    read: (body: ParsedBody, facts: RequestFacts, newId: () => string) => Ingested,
  ): Promise<number> {
    const secret = keyFromHead(request.headers);
    let key = secret === undefined ? undefined : this.authorized(secret);
    const bytes = await bodyOf(request, bytesMax);
    try {
      const body = parseObject(bytes);
      key ??= this.authorized(keyFromBody(body.body));
      const { records, events } = read(body, factsOf(request, key, protocol), uuidv7);
      this.access.charge(key, events, reply);
      await this.acceptance.accept(records);
      return events;
    } catch (error) {
      // without a key in the head, a body that cannot be read leaves no key at all
      if (key === undefined && (error as Error).name === 'RefusedRequest') this.access.authenticate(undefined);
      throw toProblem(error);
    }
  }

  private authorized(secret: string | undefined): ApiKey {
    const key = this.access.authenticate(secret);
    this.access.require(key, 'ingest');
    return key;
  }
}

function factsOf(request: FastifyRequest, key: ApiKey, protocol: RequestFacts['protocol']): RequestFacts {
  return {
    protocol,
    source: key.source,
    keyId: key.id,
    receivedAt: new Date().toISOString(),
    traceparent: formatTraceparent(currentTrace() ?? childTrace()),
    caller: () => ({ ip: request.ip, userAgent: request.headers['user-agent'] }),
  };
}
