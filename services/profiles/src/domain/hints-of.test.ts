import type { Profile, ProfileAspect } from '@rapport/contracts';
import { IDENTIFIER_RULES } from '@rapport/identifiers';
import fc from 'fast-check';
import { arbitraryInteractions, at, interaction } from '../testing/interactions.js';
import { hintsOf } from './hints-of.js';
import { type Known, type PlannedProfile, planBatch, type StoredProfile } from './plan-batch.js';
import { presentProfile } from './present-profile.js';

/** What an aspect means to a reader: if this part differs, the header has to say so. */
const PARTS: readonly (readonly [ProfileAspect, (profile: Profile) => unknown])[] = [
  ['identifiers', ({ identifiers }) => identifiers],
  ['traits', ({ traits }) => traits],
  ['contactPoints', ({ contactPoints }) => contactPoints],
  ['consents', ({ consents, consentRequests }) => [consents, consentRequests]],
  ['preferences', ({ preferences }) => preferences],
  ['accounts', ({ accounts }) => accounts],
  ['orders', ({ orders, refunds }) => [orders, refunds]],
  ['satisfaction', ({ satisfaction }) => satisfaction],
  ['cases', ({ openCases }) => openCases],
  ['agent', ({ agentId }) => agentId],
  ['contacts', ({ contacts }) => days(contacts)],
];

const days = ({ byChannel, byHandling }: Profile['contacts']): unknown =>
  [byChannel, byHandling].map((table) => Object.fromEntries(Object.entries(table).map(([key, { lastAt }]) => [key, lastAt.slice(0, 10)])));

const EMPTY: Known = { owners: new Map(), profiles: new Map() };

function plan(known: Known, ...interactions: ReturnType<typeof interaction>[]): PlannedProfile {
  return planBatch(known, interactions, IDENTIFIER_RULES).profiles.at(-1)!;
}

const knownAfter = ({ id, version, state }: PlannedProfile, isInLog = true): Known => ({
  owners: new Map([['userId\u0000ann', id]]),
  profiles: new Map([[id, { id, version, state, isInLog }]]),
});

describe('hintsOf', () => {
  test('whatever differs from the version before is named', () => {
    fc.assert(
      fc.property(arbitraryInteractions({ max: 30 }), fc.integer({ min: 1, max: 5 }), (all, size) => {
        const owners = new Map<string, string>();
        const profiles = new Map<string, StoredProfile>();
        for (let from = 0; from < all.length; from += size) {
          const { profiles: planned, owners: linked } = planBatch({ owners, profiles }, all.slice(from, from + size), IDENTIFIER_RULES);
          for (const one of planned) {
            const hints = hintsOf(one);
            if (hints === undefined) continue;
            const [before, now] = [one.before!, one].map(({ id, version, state }) => presentProfile(id, version, state)) as [
              Profile,
              Profile,
            ];
            for (const [aspect, part] of PARTS)
              if (JSON.stringify(part(before)) !== JSON.stringify(part(now))) expect([...hints.changed]).toContain(aspect);
          }
          for (const { id, version, state } of planned)
            profiles.set(id, { id, version, state: JSON.parse(JSON.stringify(state)), isInLog: true });
          for (const [key, { profileId }] of linked) owners.set(key, profileId);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('one more page view on the same day changes nothing worth a look', () => {
    const before = plan(EMPTY, interaction({ userId: 'ann' }, { at: at(0) }));
    const again = plan(knownAfter(before), interaction({ userId: 'ann' }, { at: at(60_000), event: 'Page Viewed' }));
    expect(hintsOf(again)).toEqual({ changed: new Set(), events: new Set(['Page Viewed']), service: false });
  });

  test('the first contact of a later day, and a notification named, are worth one', () => {
    const before = plan(EMPTY, interaction({ userId: 'ann' }, { at: at(0) }));
    const later = interaction({ userId: 'ann' }, { at: at(86_400_000), notificationId: 'n1' });
    expect([...hintsOf(plan(knownAfter(before), later))!.changed].sort()).toEqual(['contacts', 'notifications']);
  });

  test('when the fact before may be compacted away nothing is said: a new reader meets only this one', () => {
    const before = plan(EMPTY, interaction({ userId: 'ann' }, { at: at(0) }));
    expect(hintsOf(plan(knownAfter(before, false), interaction({ userId: 'ann' }, { at: at(60_000) })))).toBeUndefined();
  });

  test('of a new profile and of a merge nothing is said: all may be new', () => {
    const ann = plan(EMPTY, interaction({ userId: 'ann' }));
    expect(hintsOf(ann)).toBeUndefined();
    const stranger = plan(EMPTY, interaction({ email: 'x@example.com' }));
    const known: Known = {
      owners: new Map([
        ['userId\u0000ann', ann.id],
        ['email\u0000x@example.com', stranger.id],
      ]),
      profiles: new Map([ann, stranger].map((one) => [one.id, { ...one, isInLog: true }])),
    };
    const { profiles } = planBatch(known, [interaction({ userId: 'ann', email: 'x@example.com' })], IDENTIFIER_RULES);
    expect(profiles.map(hintsOf)).toEqual([undefined, undefined]);
  });
});
