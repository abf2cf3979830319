import { Injectable } from '@nestjs/common';
import type { Profile } from '@rapport/contracts';
import { normalizeIdentifiers, parseRef, type ProfileRef } from '@rapport/identifiers';
import { type InternalAnswer, ProblemException } from '@rapport/platform';
import type { FastifyReply } from 'fastify';
import { part, relay, Upstreams } from './upstreams.js';

/** What `{ref}` stands for. */
@Injectable()
export class ProfileRefs {
  constructor(private readonly upstreams: Upstreams) {}

  /** The profile, wherever merges have led; says so in `Content-Location`. @throws 400, 404, or 503 when profiles is down */
  async profile(ref: string, reply: FastifyReply): Promise<Profile> {
    const answer = await this.fetch(parsedRef(ref));
    return relay(reply, answer);
  }

  /** Identifiers under which an interaction reaches this person. An identifier names its person even before anybody has seen him. */
  async identifiers(ref: string): Promise<Readonly<Record<string, string>>> {
    const target = parsedRef(ref);
    if (target.kind === 'identifier') return { [target.type]: target.value };
    const { body } = await this.fetch(target);
    const [strongest] = normalizeIdentifiers(body.identifiers);
    if (!strongest)
      throw new ProblemException(
        409,
        'GATEWAY_PROFILE_WITHOUT_IDENTIFIER',
        'The profile has no identifier under which anything could reach it.',
      );
    return { [strongest.type]: strongest.value };
  }

  private fetch(target: ProfileRef): Promise<InternalAnswer<Profile>> {
    const ref = target.kind === 'id' ? target.id : `${target.type}:${target.value}`;
    return this.upstreams.profiles.get<Profile>(`/profiles/${part(ref)}`);
  }
}

/** @throws 400 for what names nobody */
export function parsedRef(ref: string): ProfileRef {
  const target = parseRef(ref);
  if (target) return target;
  const detail = 'must be a profile’s id, or `type:value` of an identifier that can name somebody';
  throw new ProblemException(400, 'GATEWAY_REF_INVALID', 'A profile is named by its id, or by type:value, percent-encoded.', [
    { pointer: '/ref', detail },
  ]);
}
