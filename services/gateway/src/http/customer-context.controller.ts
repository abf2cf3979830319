import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Profile } from '@rapport/contracts';
import { type InternalAnswer, ProblemException } from '@rapport/platform';
import type { FastifyReply } from 'fastify';
import { type CasesPart, composeContext, matterOf, type NotificationsPart, PARTS, type Part } from '../domain/customer-context.js';
import { CONTEXT_DOOR } from './openapi/case-doors.js';
import { parsedRef } from './profile-refs.js';
import { part, relay, Upstreams } from './upstreams.js';

/** Whoever waits for the context has a customer on the line: a part that takes longer is left out. */
const PART_TIMEOUT_MS = 1_000;

/** Who it is, as far as it can be said: without profiles an identifier's cases may still know. */
interface Who {
  readonly profile: Profile | undefined;
  readonly profileId: string | undefined;
  readonly cases: CasesPart | undefined;
}

@Controller('v1/profiles')
@ApiTags('Profiles')
export class CustomerContextController {
  constructor(private readonly upstreams: Upstreams) {}

  /**
   * One question to each owner: who it is; then at once what he is to us and what is open; then how to reach him, for the case that matters most.
   */
  @Get(':ref/context')
  @CONTEXT_DOOR
  async context(@Param('ref') ref: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const absent = new Set<Part>();
    const who = await this.who(ref, reply, absent);
    const [relationship, cases] = await Promise.all([
      who.profileId === undefined ? undefined : this.relationship(who.profileId, absent),
      who.cases ?? this.cases({ profileId: who.profileId, subjects: subjectsOf(who.profile) }, absent),
    ]);
    const notifications = who.profileId === undefined ? undefined : await this.notifications(who.profileId, cases, absent);
    if (who.profileId === undefined) for (const name of ['segmentation', 'notifications'] as const) absent.add(name);
    if (absent.size === PARTS.length)
      throw new ProblemException(503, 'GATEWAY_CONTEXT_UNAVAILABLE', 'None of the services behind it answered.', undefined, {
        'retry-after': '1',
      });
    const missing = PARTS.filter((name) => absent.has(name));
    return composeContext({ profile: who.profile, relationship, cases, notifications, missing });
  }

  private async who(ref: string, reply: FastifyReply, absent: Set<Part>): Promise<Who> {
    const target = parsedRef(ref);
    const path = target.kind === 'id' ? target.id : `${target.type}:${target.value}`;
    const answer = await or(absent, 'profiles', () => this.upstreams.profiles.get<Profile>(`/profiles/${part(path)}`, LIMITED));
    if (answer) {
      const profile = relay(reply, answer);
      return { profile, profileId: profile.id, cases: undefined };
    }
    if (target.kind === 'id') return { profile: undefined, profileId: target.id, cases: undefined };
    const cases = await this.cases({ profileId: undefined, subjects: [`${target.type}:${target.value}`] }, absent);
    return { profile: undefined, profileId: cases?.profileId ?? undefined, cases };
  }

  private async cases(body: object, absent: Set<Part>): Promise<CasesPart | undefined> {
    if (absent.has('interactions')) return undefined;
    return bodyOf(await or(absent, 'interactions', () => this.upstreams.interactions.post<CasesPart>('/context', { body, ...LIMITED })));
  }

  private async relationship(id: string, absent: Set<Part>): Promise<object | undefined> {
    return bodyOf(await or(absent, 'segmentation', () => this.upstreams.segmentation.get<object>(`/profiles/${id}/relationship`, LIMITED)));
  }

  private async notifications(profileId: string, cases: CasesPart | undefined, absent: Set<Part>): Promise<NotificationsPart | undefined> {
    const body = { profileId, ...matterOf(cases?.cases ?? []) };
    const ask = () => this.upstreams.notifications.post<NotificationsPart>('/context', { body, ...LIMITED });
    return bodyOf(await or(absent, 'notifications', ask));
  }
}

const LIMITED = { timeoutMs: PART_TIMEOUT_MS } as const;
const bodyOf = <T>(answer: InternalAnswer<T> | undefined): T | undefined => answer?.body;
const subjectsOf = (profile: Profile | undefined) => (profile?.identifiers ?? []).map(({ type, value }) => `${type}:${value}`);

/** An owner that is out of order is written down as absent; a refusal is the caller's business. */
async function or<T>(absent: Set<Part>, owner: Part, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ProblemException) || error.getStatus() < 500) throw error;
    absent.add(owner);
    return undefined;
  }
}
