import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { decodeCursor, encodeCursor, logger, type Page, PageQuery, ProblemException } from '@rapport/platform';
import { Keys } from '../pipeline/keys.js';
import type { ListedKey } from '../pipeline/key-store.js';
import { type Caller, FromCaller, messageIdOf } from './caller.js';
import { CreateKey } from './keys.dto.js';
import { KEY_DOORS } from './openapi/key-doors.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const log = logger.child({ part: 'keys' });

@Controller('v1/keys')
@ApiTags('Keys')
export class KeysController {
  constructor(private readonly keys: Keys) {}

  @Post()
  @KEY_DOORS.create
  async create(@Body() { kind, name, source, scopes }: CreateKey, @FromCaller() caller: Caller): Promise<object> {
    if (kind === 'write' && scopes !== undefined && scopes.join() !== 'ingest') {
      throw new ProblemException(400, 'GATEWAY_SCOPES_INVALID', 'A write key is public and can only ingest.', [
        { pointer: '/scopes', detail: 'must be absent, or ["ingest"]' },
      ]);
    }
    const requestId = caller.idempotencyKey === undefined ? undefined : messageIdOf(caller, 'POST /v1/keys');
    const created = await overDatabase(this.keys.create({ kind, name, source: source ?? kind, ...(scopes && { scopes }) }, requestId));
    if (created.kind === 'full')
      throw new ProblemException(409, 'GATEWAY_TOO_MANY_KEYS', 'There are as many keys as there may be. Revoke some.');
    if (created.kind === 'different')
      throw new ProblemException(422, 'GATEWAY_IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for a different request.');
    const { key, secret } = created;
    log.info({ keyId: key.id, kind, prefix: key.prefix }, 'key created');
    return { ...shown(key), key: secret };
  }

  @Get()
  @KEY_DOORS.list
  async list(@Query() { limit, cursor }: PageQuery): Promise<Page<object>> {
    const before = cursor === undefined ? undefined : placeOf(cursor);
    const data = await overDatabase(this.keys.list(limit, before));
    const last = data.length < limit ? undefined : data.at(-1);
    return { data: data.map(shown), nextCursor: last ? encodeCursor({ createdAt: last.createdAt.toISOString(), id: last.id }) : null };
  }

  @Delete(':id')
  @HttpCode(204)
  @KEY_DOORS.revoke
  async revoke(@Param('id') id: string): Promise<void> {
    const known = UUID.test(id) && (await overDatabase(this.keys.revoke(id)));
    if (!known) throw new ProblemException(404, 'GATEWAY_KEY_NOT_FOUND', 'There is no such key.');
    log.info({ keyId: id }, 'key revoked');
  }
}

function shown({ id, kind, name, source, scopes, prefix, createdAt, revokedAt }: ListedKey): object {
  return { id, kind, name, source, scopes, prefix, createdAt: createdAt.toISOString(), revokedAt: revokedAt?.toISOString() ?? null };
}

function placeOf(cursor: string): { createdAt: string; id: string } {
  const { createdAt, id } = decodeCursor<{ createdAt: string; id: string }>(cursor);
  if (typeof createdAt === 'string' && !Number.isNaN(Date.parse(createdAt)) && typeof id === 'string' && UUID.test(id))
    return { createdAt, id };
  throw new ProblemException(400, 'GATEWAY_CURSOR_INVALID', 'The cursor is not one of this list.', [
    { pointer: '/cursor', detail: 'is not one of this list' },
  ]);
}

/** Keys are the only thing for which the gateway needs its database at once. */
async function overDatabase<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    log.warn({ err: error }, 'the database of keys did not answer');
    throw new ProblemException(
      503,
      'GATEWAY_DATABASE_UNAVAILABLE',
      'The database of keys is not available. Try again shortly.',
      undefined,
      { 'retry-after': '2' },
    );
  }
}
