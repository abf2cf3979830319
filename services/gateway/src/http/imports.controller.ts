import { Readable } from 'node:stream';
import { applyDecorators, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { deriveId } from '@rapport/identifiers';
import { logger, type Page, PageQuery, ProblemException, SERVICE_CONFIG } from '@rapport/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import type { GatewayConfig } from '../config.js';
import type { Import } from '../domain/imports/import.js';
import type { ImportMapping } from '../domain/imports/import-mapping.js';
import { readMapping, type RowMapping } from '../domain/imports/read-mapping.js';
import { findHazard } from '../domain/json-hazards.js';
import { dryRun } from '../pipeline/imports/dry-run.js';
import { ImportStore } from '../pipeline/imports/import-store.js';
import { Imports } from '../pipeline/imports/imports.js';
import { MAPPING_POINTER } from '../pipeline/imports/read-blocks.js';
import { type Caller, FromCaller, messageIdOf } from './caller.js';
import { importProblem, unknownImport } from './import-problems.js';
import { ImportQuery, RejectsQuery } from './imports.dto.js';
import { IMPORT_DOORS } from './openapi/import-doors.js';
import { createdPage, createdPlaceOf, isUuid, overDatabase } from './own-tables.js';
import { quoted, REJECT_LINES, type RejectsFormat, rejectsHead, shownImport } from './present-import.js';
import { UploadBody, withUpload } from './upload-body.js';

const REJECTS_AT_ONCE = 200;
/** Files on their way in at the same time: each has a buffer and a share of the processor. */
const UPLOADS_MAX = 8;
const log = logger.child({ part: 'imports' });

@Controller('v1/imports')
@ApiTags('Imports')
export class ImportsController {
  private uploads = 0;

  constructor(
    private readonly imports: Imports,
    private readonly store: ImportStore,
    @Inject(SERVICE_CONFIG) private readonly config: Pick<GatewayConfig, 'importBytesMax'>,
  ) {}

  @Post()
  @HttpCode(202)
  @applyDecorators(UploadBody(), IMPORT_DOORS.create)
  async create(
    @Query() query: ImportQuery,
    @FromCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { mapping, read } = mappingOf(query.mapping);
    const id = idOf(caller);
    if (this.uploads >= UPLOADS_MAX)
      throw new ProblemException(503, 'GATEWAY_IMPORTS_BUSY', 'Other files are arriving. Try again shortly.', undefined, {
        'retry-after': '10',
      });
    this.uploads += 1;
    try {
      return await withUpload(request, this.config.importBytesMax, (body) =>
        query.dryRun === 'true' ? this.tryOut(body, query.name, read, reply) : this.take(body, { query, mapping, read, id, caller }, reply),
      );
    } catch (error) {
      throw importProblem(error, this.config.importBytesMax);
    } finally {
      this.uploads -= 1;
    }
  }

  @Get()
  @IMPORT_DOORS.list
  async list(@Query() { limit, cursor }: PageQuery): Promise<Page<object>> {
    const now = new Date();
    return createdPage(await overDatabase(this.store.list(limit, createdPlaceOf(cursor))), limit, (row) => shownImport(row, now));
  }

  @Get(':id')
  @IMPORT_DOORS.one
  async one(@Param('id') id: string): Promise<object> {
    return shownImport(await this.found(id), new Date());
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @IMPORT_DOORS.cancel
  async cancel(@Param('id') id: string): Promise<object> {
    const row = isUuid(id) ? await overDatabase(this.store.cancel(id, new Date())) : undefined;
    if (row === undefined) throw unknownImport();
    log.info({ importId: id, state: row.state }, 'import cancelled');
    return shownImport(row, new Date());
  }

  @Get(':id/rejects')
  @IMPORT_DOORS.rejects
  async rejects(@Param('id') id: string, @Query() query: RejectsQuery, @Res() reply: FastifyReply): Promise<void> {
    const row = await this.found(id);
    const format = query.format ?? row.mapping.format;
    const first = await overDatabase(this.store.rejects(id, 0, REJECTS_AT_ONCE));
    void reply
      .status(200)
      .headers({
        'content-type': format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson; charset=utf-8',
        'content-disposition': `attachment; filename="rejects-${id}.${format}"`,
        'x-content-type-options': 'nosniff',
      })
      .send(Readable.from(this.rejectLines(row, format, first), { objectMode: false }));
  }

  /** Page by page, at the pace of whoever reads. */
  private async *rejectLines(
    row: Import,
    format: RejectsFormat,
    first: Awaited<ReturnType<ImportStore['rejects']>>,
  ): AsyncGenerator<string> {
    const delimiter = row.mapping.delimiter ?? ',';
    const asCell = format === 'csv' && row.header === null;
    yield rejectsHead(format, row.header, delimiter);
    for (let page = first; page.length > 0; page = await this.store.rejects(row.id, page.at(-1)!.line, REJECTS_AT_ONCE))
      yield page.map((reject) => REJECT_LINES[format](asCell ? { ...reject, row: quoted(reject.row) } : reject, delimiter)).join('');
  }

  private async tryOut(body: AsyncIterable<Buffer>, name: string, read: RowMapping, reply: FastifyReply): Promise<object> {
    const result = await dryRun(body, name, read, this.config.importBytesMax);
    reply.status(200);
    return result;
  }

  private async take(body: AsyncIterable<Buffer>, asked: Asked, reply: FastifyReply): Promise<object> {
    const { query, mapping, read, id, caller } = asked;
    const taken = await this.imports.take({ id, name: query.name, source: caller.key.source, keyId: caller.key.id, mapping, read }, body);
    if (taken.kind === 'full')
      throw new ProblemException(
        409,
        'GATEWAY_TOO_MANY_IMPORTS',
        'As many imports are open as may be. Wait for one to end, or cancel one.',
      );
    if (taken.kind === 'different')
      throw new ProblemException(422, 'GATEWAY_IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for a different request.');
    log.info({ importId: id, bytes: taken.row.fileBytes }, 'file taken in');
    reply.header('location', `/v1/imports/${id}`);
    return shownImport(taken.row, new Date());
  }

  private async found(id: string): Promise<Import> {
    const row = isUuid(id) ? await overDatabase(this.store.find(id)) : undefined;
    if (row === undefined) throw unknownImport();
    return row;
  }
}

interface Asked {
  readonly query: ImportQuery;
  readonly mapping: ImportMapping;
  readonly read: RowMapping;
  readonly id: string;
  readonly caller: Caller;
}

/** The same for every try under one Idempotency-Key. */
const idOf = (caller: Caller): string =>
  caller.idempotencyKey === undefined ? uuidv7() : deriveId(new Date(0), 'import', messageIdOf(caller, 'imports'));

function mappingOf(text: string): { readonly mapping: ImportMapping; readonly read: RowMapping } {
  let mapping: unknown;
  try {
    mapping = JSON.parse(text);
  } catch {
    throw new ProblemException(400, 'GATEWAY_MAPPING_INVALID', 'The mapping is not valid JSON.', [
      { pointer: MAPPING_POINTER, detail: 'must be JSON' },
    ]);
  }
  const hazard = findHazard(mapping, true);
  if (hazard)
    throw new ProblemException(400, 'GATEWAY_MAPPING_INVALID', 'The mapping holds something that is refused everywhere.', [
      { pointer: MAPPING_POINTER + hazard.pointer, detail: hazard.detail },
    ]);
  const read = readMapping(mapping, MAPPING_POINTER);
  if ('errors' in read) throw new ProblemException(400, 'GATEWAY_MAPPING_INVALID', 'The mapping is not as it should be.', read.errors);
  return { mapping: mapping as ImportMapping, read };
}
