import { Body, Controller, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ProblemException } from '@rapport/platform';
import { isObject, type Json } from '../domain/parse-json.js';
import { type Caller, FromCaller, messageIdOf } from './caller.js';
import { PROFILE_WRITE_DOORS } from './openapi/profile-write-doors.js';
import { OwnInteractions } from './own-interactions.js';
import { ProfileRefs } from './profile-refs.js';
import { AgentAssignment, ConsentStatement } from './profile-writes.dto.js';

interface Accepted {
  readonly accepted: 1;
  readonly messageId: string;
}

const CONSENT_EVENTS = { granted: 'Consent Granted', withdrawn: 'Consent Withdrawn', pending: 'Consent Requested' } as const;
const TRAITS_MAX = 100;
const TRAIT_NAME_LENGTH_MAX = 100;

/** What changes a profile is an interaction like any other: recorded, in order, with its source. */
@Controller('v1/profiles/:ref')
@ApiTags('Profiles')
export class ProfileWritesController {
  constructor(
    private readonly refs: ProfileRefs,
    private readonly interactions: OwnInteractions,
  ) {}

  @Post('consents')
  @HttpCode(202)
  @PROFILE_WRITE_DOORS.consents
  async consent(
    @Param('ref') ref: string,
    @Body() { state, at, channel = state === 'pending' ? 'email' : '*', email, actor, ...evidence }: ConsentStatement,
    @FromCaller() caller: Caller,
  ): Promise<Accepted> {
    const properties = { ...evidence, channel, actor: actor ?? caller.key.source };
    if (state !== 'pending') return this.accept(ref, caller, 'consents', { event: CONSENT_EVENTS[state], at, properties });
    if (channel !== 'email') throw notConfirmable('/channel', 'only e-mail can be confirmed: must be email, or missing');
    const address = email ?? (await this.refs.identifiers(ref))['email'];
    if (address === undefined) throw notConfirmable('/email', 'is needed: the ref names no e-mail address');
    return this.accept(
      ref,
      caller,
      'consents',
      { event: CONSENT_EVENTS[state], at, properties: { ...properties, email: address } },
      { email: address },
    );
  }

  @Patch('traits')
  @HttpCode(202)
  @PROFILE_WRITE_DOORS.traits
  traits(@Param('ref') ref: string, @Body() body: unknown, @FromCaller() caller: Caller): Promise<Accepted> {
    return this.accept(ref, caller, 'traits', { kind: 'identify', traits: checkTraits(body) });
  }

  @Post('agent')
  @HttpCode(202)
  @PROFILE_WRITE_DOORS.agent
  agent(@Param('ref') ref: string, @Body() { agentId }: AgentAssignment, @FromCaller() caller: Caller): Promise<Accepted> {
    return this.accept(ref, caller, 'agent', { event: 'Agent Assigned', agentId });
  }

  private async accept(ref: string, caller: Caller, door: string, item: Json, more: Json = {}): Promise<Accepted> {
    const messageId = messageIdOf(caller, `${ref}/${door}`);
    const identifiers = await this.refs.identifiers(ref);
    await this.interactions.accept(
      { at: new Date().toISOString(), channel: 'api', ...defined(item), identifiers: { ...identifiers, ...more } },
      { source: caller.key.source, keyId: caller.key.id, messageId },
    );
    return { accepted: 1, messageId };
  }
}

const notConfirmable = (pointer: string, detail: string): ProblemException =>
  new ProblemException(400, 'GATEWAY_CONSENT_NOT_CONFIRMABLE', 'This cannot be confirmed by mail.', [{ pointer, detail }]);

const defined = (item: Json): Json => Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));

/** Names are open, so this is no DTO. */
function checkTraits(body: unknown): Json {
  const refuse = (pointer: string, detail: string): ProblemException =>
    new ProblemException(400, 'GATEWAY_TRAITS_INVALID', 'The body must be an object of traits, e.g. {"plan": "pro"}.', [
      { pointer, detail },
    ]);
  if (!isObject(body)) throw refuse('', 'must be an object');
  const names = Object.keys(body);
  if (names.length === 0 || names.length > TRAITS_MAX) throw refuse('', `must have 1 to ${TRAITS_MAX} members`);
  const long = names.find((name) => name.length > TRAIT_NAME_LENGTH_MAX);
  if (long !== undefined) throw refuse('', `a name may have ${TRAIT_NAME_LENGTH_MAX} characters`);
  return body;
}
