import type { Identifier, Interaction } from '@rapport/contracts';
import { IDENTIFIER_RULES } from '@rapport/identifiers';
import { identifierKey } from '../domain/identifier-key.js';
import type { AskedProfile, IdentityRequest, Outcome } from '../domain/identity-request.js';
import { type Known, type Plan, planBatch } from '../domain/plan-batch.js';
import { planRequest, survivorOf } from '../domain/plan-request.js';
import type { IdentifierRules } from '../domain/resolve-identity.js';
import { at } from './interactions.js';

/** A database in memory: what persistence does with plans and requests, without SQL; and the interactions, as their own service keeps them. */
export class IdentityWorld implements Known {
  readonly owners = new Map<string, string>();
  readonly profiles = new Map<string, AskedProfile>();
  readonly interactions: Interaction[] = [];
  private requests = 0;

  constructor(readonly rules: IdentifierRules = IDENTIFIER_RULES) {}

  hear(interactions: readonly Interaction[]): void {
    this.interactions.push(...interactions);
    const time = at(this.interactions.length);
    this.take(planBatch(this, interactions, this.rules), time, false);
  }

  merge(profileId: string, otherId: string): Outcome | undefined {
    return this.decide({ ...this.asked(profileId, otherId), kind: 'merge', reason: 'manual' });
  }

  unmerge(otherId: string): Outcome | undefined {
    const living = this.living(otherId);
    const interactions = this.interactions.filter(({ subject }) => this.ownerOfText(subject) === living.id);
    return this.decide({ ...this.asked(living.id, otherId), kind: 'unmerge', attempts: 0, interactions });
  }

  living(id: string): AskedProfile {
    return survivorOf(id, this.profiles);
  }

  people(): AskedProfile[] {
    return [...this.profiles.values()].filter(({ mergedInto }) => mergedInto === undefined).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  mergedAway(): AskedProfile[] {
    return [...this.profiles.values()].filter(({ mergedInto }) => mergedInto !== undefined).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  ownerOf(identifier: Identifier): string | undefined {
    return this.owners.get(identifierKey(identifier));
  }

  ownerOfText(subject: string): string | undefined {
    const colon = subject.indexOf(':');
    return this.ownerOf({ type: subject.slice(0, colon), value: subject.slice(colon + 1) });
  }

  private asked(profileId: string, otherId: string) {
    return { id: `request-${++this.requests}`, profileId, otherId };
  }

  private decide(request: IdentityRequest): Outcome | undefined {
    const now = at(this.interactions.length);
    const { plan, closed } = planRequest(request, this.profiles, now);
    this.take(plan, now, true);
    for (const { id, rootId } of closed.unmerge?.redirects ?? []) {
      const row = this.profiles.get(id)!;
      const sideOf = (one: string) => closed.unmerge!.redirects.find((redirect) => redirect.id === one)?.rootId ?? one;
      const mergedInto = sideOf(row.mergedInto!) === rootId ? row.mergedInto : rootId;
      this.profiles.set(id, { ...row, version: row.version + 1, mergedInto });
    }
    for (const { id, state } of closed.unmerge?.trimmed ?? []) this.profiles.set(id, { ...this.profiles.get(id)!, state });
    return closed.outcome;
  }

  private take(plan: Plan, time: string, isStated: boolean): void {
    for (const { id, version, state, mergedInto } of plan.profiles) {
      const merge =
        mergedInto === undefined ? { mergedInto: undefined, mergedAt: undefined } : { mergedInto: mergedInto.profileId, mergedAt: time };
      this.profiles.set(id, { id, version, state: JSON.parse(JSON.stringify(state)), isInLog: true, ...merge, isStated });
    }
    for (const [key, { profileId }] of plan.owners) this.owners.set(key, profileId);
  }
}
