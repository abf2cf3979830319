import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { deriveId } from '@rapport/identifiers';
import { logger, type Page, PageQuery, ProblemException } from '@rapport/platform';
import { v7 as uuidv7 } from 'uuid';
import { type Connection, SETTINGS_BYTES_MAX } from '../domain/connection.js';
import { Connections } from '../pipeline/connections.js';
import { type Caller, FromCaller, messageIdOf } from './caller.js';
import { ChangeConnection, CreateConnection } from './connections.dto.js';
import { CONNECTION_DOORS } from './openapi/connection-doors.js';
import { createdPage, createdPlaceOf, isUuid, overDatabase } from './own-tables.js';

const log = logger.child({ part: 'connections' });

@Controller('v1/connections')
@ApiTags('Connections')
export class ConnectionsController {
  constructor(private readonly connections: Connections) {}

  @Post()
  @CONNECTION_DOORS.create
  async create(@Body() body: CreateConnection, @FromCaller() caller: Caller): Promise<object> {
    const { provider, name, secrets, verifyToken, settings = {} } = body;
    checkSettings(settings);
    const created = await overDatabase(this.connections.create({ provider, name, secrets, verifyToken, settings }, idOf(caller)));
    if (created.kind !== 'created') throw REFUSALS[created.kind]();
    log.info({ connectionId: created.connection.id, provider }, 'connection created');
    return shown(created.connection);
  }

  @Get()
  @CONNECTION_DOORS.list
  async list(@Query() { limit, cursor }: PageQuery): Promise<Page<object>> {
    return createdPage(await overDatabase(this.connections.list(limit, createdPlaceOf(cursor))), limit, shown);
  }

  @Get(':id')
  @CONNECTION_DOORS.one
  async one(@Param('id') id: string): Promise<object> {
    const connection = isUuid(id) ? await overDatabase(this.connections.find(id)) : undefined;
    if (!connection) throw unknownConnection();
    return shown(connection);
  }

  @Patch(':id')
  @CONNECTION_DOORS.change
  async change(@Param('id') id: string, @Body() body: ChangeConnection): Promise<object> {
    const { secrets, verifyToken, settings } = body;
    if (settings !== undefined) checkSettings(settings);
    const changed = isUuid(id) ? await overDatabase(this.connections.change(id, { secrets, verifyToken, settings })) : 'unknown';
    if (changed === 'unknown') throw unknownConnection();
    if (changed === 'unreadable') throw unreadable();
    log.info({ connectionId: id }, 'connection changed');
    return shown(changed);
  }

  @Delete(':id')
  @HttpCode(204)
  @CONNECTION_DOORS.remove
  async remove(@Param('id') id: string): Promise<void> {
    const known = isUuid(id) && (await overDatabase(this.connections.remove(id)));
    if (!known) throw unknownConnection();
    log.info({ connectionId: id }, 'connection removed');
  }
}

/** The same for every try under one Idempotency-Key. */
const idOf = (caller: Caller): string =>
  caller.idempotencyKey === undefined ? uuidv7() : deriveId(new Date(0), 'connection', messageIdOf(caller, 'connections'));

function checkSettings(settings: Record<string, unknown>): void {
  if (Buffer.byteLength(JSON.stringify(settings)) <= SETTINGS_BYTES_MAX) return;
  const detail = `may have ${SETTINGS_BYTES_MAX} bytes`;
  throw new ProblemException(400, 'GATEWAY_SETTINGS_TOO_LARGE', 'The settings are too large.', [{ pointer: '/settings', detail }]);
}

function shown({ id, provider, name, settings, createdAt, updatedAt }: Connection): object {
  return {
    id,
    provider,
    name,
    path: `/v1/inbound/${provider}/${name}`,
    settings,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

const REFUSALS = {
  taken: () =>
    new ProblemException(409, 'GATEWAY_CONNECTION_EXISTS', 'This provider has a connection of this name.', [
      { pointer: '/name', detail: 'is taken' },
    ]),
  full: () => new ProblemException(409, 'GATEWAY_TOO_MANY_CONNECTIONS', 'There are as many connections as there may be. Remove some.'),
  different: () => new ProblemException(422, 'GATEWAY_IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for a different request.'),
} as const;

const unknownConnection = (): ProblemException => new ProblemException(404, 'GATEWAY_CONNECTION_NOT_FOUND', 'There is no such connection.');

const unreadable = (): ProblemException =>
  new ProblemException(409, 'GATEWAY_CONNECTION_UNREADABLE', 'No key of the configuration opens its secrets: replace them as well.', [
    { pointer: '/secrets', detail: 'must be given' },
  ]);
