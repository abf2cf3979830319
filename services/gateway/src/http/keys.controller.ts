import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { logger, type Page, PageQuery, ProblemException } from '@rapport/platform';
import { Keys } from '../pipeline/keys.js';
import type { ListedKey } from '../pipeline/key-store.js';
import { type Caller, FromCaller, messageIdOf } from './caller.js';
import { CreateKey } from './keys.dto.js';
import { KEY_DOORS } from './openapi/key-doors.js';
import { createdPage, createdPlaceOf, isUuid, overDatabase } from './own-tables.js';

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
    return createdPage(await overDatabase(this.keys.list(limit, createdPlaceOf(cursor))), limit, shown);
  }

  @Delete(':id')
  @HttpCode(204)
  @KEY_DOORS.revoke
  async revoke(@Param('id') id: string): Promise<void> {
    const known = isUuid(id) && (await overDatabase(this.keys.revoke(id)));
    if (!known) throw new ProblemException(404, 'GATEWAY_KEY_NOT_FOUND', 'There is no such key.');
    log.info({ keyId: id }, 'key revoked');
  }
}

function shown({ id, kind, name, source, scopes, prefix, createdAt, revokedAt }: ListedKey): object {
  return { id, kind, name, source, scopes, prefix, createdAt: createdAt.toISOString(), revokedAt: revokedAt?.toISOString() ?? null };
}
