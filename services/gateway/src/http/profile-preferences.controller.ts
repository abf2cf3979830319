import { Body, Controller, Get, HttpCode, Inject, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ProblemException, SERVICE_CONFIG, signLink } from '@rapport/platform';
import type { FastifyReply } from 'fastify';
import type { GatewayConfig } from '../config.js';
import { interactionsOf, type PreferenceView, viewOf } from '../domain/preferences.js';
import { readPreferenceChanges } from '../domain/read-preference-changes.js';
import { type Caller, FromCaller, messageIdOf } from './caller.js';
import { PREFERENCE_DOORS } from './openapi/preference-doors.js';
import { OwnInteractions } from './own-interactions.js';
import { ProfileRefs } from './profile-refs.js';
import { relay, Upstreams } from './upstreams.js';

const LINK_DAYS = 180;
const DAY_MS = 86_400_000;

/** How a person wants to be reached, for programs: the same as the preference centre shows him. */
@Controller('v1/profiles/:ref')
@ApiTags('Preferences')
export class ProfilePreferencesController {
  constructor(
    @Inject(SERVICE_CONFIG) private readonly config: GatewayConfig,
    private readonly refs: ProfileRefs,
    private readonly upstreams: Upstreams,
    private readonly interactions: OwnInteractions,
  ) {}

  @Get('consents')
  @PREFERENCE_DOORS.consentHistory
  async consentHistory(
    @Param('ref') ref: string,
    @Query() query: Readonly<Record<string, string>>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const { id } = await this.refs.profile(ref, reply);
    return relay(reply, await this.upstreams.profiles.get(`/profiles/${id}/consents`, { query }));
  }

  @Get('preferences')
  @PREFERENCE_DOORS.read
  async read(@Param('ref') ref: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<PreferenceView & { profileId: string }> {
    const profile = await this.refs.profile(ref, reply);
    return { profileId: profile.id, ...viewOf(profile) };
  }

  @Patch('preferences')
  @HttpCode(202)
  @PREFERENCE_DOORS.change
  async change(
    @Param('ref') ref: string,
    @Body() body: unknown,
    @FromCaller() caller: Caller,
  ): Promise<{ accepted: number; messageIds: readonly string[] }> {
    const reading = readPreferenceChanges(body);
    if ('errors' in reading) throw new ProblemException(400, 'GATEWAY_PREFERENCES_INVALID', 'These are no preferences.', reading.errors);
    const messageId = messageIdOf(caller, `${ref}/preferences`);
    const identifiers = await this.refs.identifiers(ref);
    const { source, id: keyId } = caller.key;
    const items = interactionsOf(reading.changes, { identifiers, channel: 'api', at: new Date().toISOString(), source, actor: source });
    await this.interactions.acceptAll(items, { source, keyId, messageId });
    return { accepted: items.length, messageIds: items.map((_, index) => `${messageId}:${index}`) };
  }

  /** The link says what it permits by itself: nothing is stored, and asking again has no effect. */
  @Post('preference-links')
  @HttpCode(201)
  @PREFERENCE_DOORS.link
  async link(@Param('ref') ref: string): Promise<{ path: string; expiresAt: string }> {
    const [[t, a] = ['', '']] = Object.entries(await this.refs.identifiers(ref));
    const expires = Math.floor(Date.now() / 1_000) + (LINK_DAYS * DAY_MS) / 1_000;
    const path = `/p/${signLink({ k: 'preferences', t, a, e: expires }, this.config.linkSecret)}`;
    return { path, expiresAt: new Date(expires * 1_000).toISOString() };
  }
}
