import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { deriveId } from '@rapport/identifiers';
import { ProblemException } from '@rapport/platform';
import type { FastifyReply } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { mergedCase, readCaseChange, readNewCase } from '../domain/case-change.js';
import type { ItemError } from '../domain/item-error.js';
import { isObject, type Json } from '../domain/parse-json.js';
import { type Caller, FromCaller, messageIdOf } from './caller.js';
import { CASE_DOORS } from './openapi/case-doors.js';
import { OwnInteractions } from './own-interactions.js';
import { ProfileRefs } from './profile-refs.js';
import { part, relay, Upstreams } from './upstreams.js';

interface KnownCase {
  readonly id: string;
  readonly profileId: string;
  readonly status: string;
}

/** Needs of customers. What people change about them are interactions, too: recorded, in order, with their source. */
@Controller('v1/cases')
@ApiTags('Cases')
export class CasesController {
  constructor(
    private readonly upstreams: Upstreams,
    private readonly refs: ProfileRefs,
    private readonly interactions: OwnInteractions,
  ) {}

  /** `profile` is a ref; behind the gateway a customer is his profile's id. */
  @Get()
  @CASE_DOORS.list
  async list(@Query() { profile, ...query }: Record<string, string>, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const profileId = profile === undefined ? undefined : (await this.refs.profile(profile, reply)).id;
    const answer = await this.upstreams.interactions.get('/cases', { query: { ...query, profileId } });
    return relay(reply, answer);
  }

  @Get(':id')
  @CASE_DOORS.one
  async one(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.interactions.get(`/cases/${part(id)}`));
  }

  @Post()
  @HttpCode(202)
  @CASE_DOORS.open
  async open(@Body() body: unknown, @FromCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply) {
    const messageId = messageIdOf(caller, 'cases');
    // the same for every try under one Idempotency-Key
    const id = caller.idempotencyKey === undefined ? uuidv7() : deriveId(new Date(0), 'case', messageId);
    const read = readNewCase(objectOf(body), id);
    if ('errors' in read) throw refused(read.errors);
    await this.accept({ ...read.item, identifiers: await this.refs.identifiers(read.ref) }, caller, messageId);
    reply.header('location', `/v1/cases/${id}`);
    return { id, messageId };
  }

  @Patch(':id')
  @HttpCode(202)
  @CASE_DOORS.change
  async change(@Param('id') id: string, @Body() body: unknown, @FromCaller() caller: Caller) {
    const messageId = messageIdOf(caller, `cases/${id}`);
    const read = readCaseChange(objectOf(body), id);
    if ('errors' in read) throw refused(read.errors);
    const { profileId } = await this.living(id);
    const identifiers = await this.refs.identifiers(profileId);
    const messageIds = read.events.map(({ member }) => `${messageId}:${member}`);
    for (const [index, { item }] of read.events.entries()) await this.accept({ ...item, identifiers }, caller, messageIds[index]!);
    return { id, accepted: messageIds.length, messageIds };
  }

  @Post(':id/merge')
  @HttpCode(202)
  @CASE_DOORS.merge
  async merge(@Param('id') id: string, @Body() body: unknown, @FromCaller() caller: Caller) {
    const messageId = messageIdOf(caller, `cases/${id}/merge`);
    const { into: intoId, ...rest } = objectOf(body);
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined) throw refused([{ pointer: `/${unknown}`, detail: 'is not known here' }]);
    if (typeof intoId !== 'string' || intoId === id) throw refused([{ pointer: '/into', detail: 'must be the id of another case' }]);
    const [from, into] = await Promise.all([this.living(id), this.living(intoId)]);
    if (from.profileId !== into.profileId)
      throw new ProblemException(
        409,
        'GATEWAY_CASES_OF_TWO_CUSTOMERS',
        'Cases of two customers are two needs. Merge the profiles first, if they are one person.',
      );
    await this.accept({ ...mergedCase(id, intoId), identifiers: await this.refs.identifiers(from.profileId) }, caller, messageId);
    return { id: intoId, messageId };
  }

  /** @throws 404, or 409 for one that is part of another by now */
  private async living(id: string): Promise<KnownCase> {
    const { body } = await this.upstreams.interactions.get<KnownCase>(`/cases/${part(id)}`);
    if (body.status === 'merged') throw new ProblemException(409, 'GATEWAY_CASE_MERGED', 'The case has become part of another one.');
    return body;
  }

  private async accept(item: Json, { key }: Caller, messageId: string): Promise<void> {
    await this.interactions.accept({ at: new Date().toISOString(), ...item }, { source: key.source, keyId: key.id, messageId });
  }
}

function objectOf(body: unknown): Json {
  if (!isObject(body)) throw refused([{ pointer: '', detail: 'must be an object' }]);
  return body;
}

const refused = (errors: readonly ItemError[]): ProblemException =>
  new ProblemException(400, 'GATEWAY_CASE_INVALID', 'The request does not say what it should of a case.', errors);
