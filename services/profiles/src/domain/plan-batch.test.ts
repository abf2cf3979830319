import type { Interaction } from '@rapport/contracts';
import { IDENTIFIER_RULES } from '@rapport/identifiers';
import fc from 'fast-check';
import { arbitraryInteractions, at, interaction } from '../testing/interactions.js';
import { identifierKey } from './identifier-key.js';
import { type Known, type Plan, planBatch, type StoredProfile } from './plan-batch.js';
import { presentProfile } from './present-profile.js';

/** A database in memory: what persistence does with a plan, without SQL. */
class World implements Known {
  readonly owners = new Map<string, string>();
  readonly profiles = new Map<string, StoredProfile>();
  readonly redirects = new Map<string, string>();
  readonly facts: Plan['profiles'][number][] = [];

  run(interactions: readonly Interaction[]): Plan {
    const plan = planBatch(this, interactions, IDENTIFIER_RULES);
    for (const profile of plan.profiles) {
      this.profiles.set(profile.id, {
        id: profile.id,
        version: profile.version,
        state: JSON.parse(JSON.stringify(profile.state)),
        isInLog: true,
      });
      if (profile.mergedInto) this.redirects.set(profile.id, profile.mergedInto.profileId);
    }
    for (const [key, { profileId }] of plan.owners) this.owners.set(key, profileId);
    this.facts.push(...plan.profiles);
    return plan;
  }

  content(): unknown {
    const profiles = [...this.profiles.values()].map(({ id, state }) => ({
      ...presentProfile(id, 1, state),
      redirect: this.redirects.get(id),
    }));
    return { profiles: profiles.sort((a, b) => a.id.localeCompare(b.id)), owners: [...this.owners].sort(), merges: this.merges() };
  }

  merges(): unknown {
    return this.facts.flatMap(({ id, mergedInto }) => (mergedInto ? [{ id, ...mergedInto }] : [])).sort((a, b) => a.id.localeCompare(b.id));
  }
}

const inBatches = (all: readonly Interaction[], sizes: readonly number[]): World => {
  const world = new World();
  for (let from = 0, turn = 0; from < all.length; turn++) {
    const size = sizes[turn % sizes.length]!;
    world.run(all.slice(from, from + size));
    from += size;
  }
  return world;
};

describe('planBatch', () => {
  test('a batch equals its interactions one by one', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(arbitraryInteractions({ max: 40 }), cuts, (all, sizes) =>
        expect(inBatches(all, sizes).content()).toEqual(inBatches(all, [1]).content()),
      ),
      { numRuns: 500 },
    );
  });

  test('every interaction is applied once, in order; owners, redirects and profiles agree', () => {
    fc.assert(
      fc.property(arbitraryInteractions({ max: 40 }), fc.integer({ min: 1, max: 40 }), (all, size) => {
        const world = inBatches(all, [size]);
        const order = new Map(all.map(({ id }, index) => [id, index]));
        expect(world.facts.flatMap(({ applied }) => applied.map(({ id }) => id)).sort()).toEqual(all.map(({ id }) => id).sort());
        for (const { applied, mergedInto } of world.facts) {
          const places = applied.map(({ id }) => order.get(id)!);
          expect(places).toEqual([...places].sort((a, b) => a - b));
          if (mergedInto) expect(applied).toEqual([]);
        }
        const living = [...world.profiles.values()].filter(({ id }) => !world.redirects.has(id));
        const held = living.flatMap(({ id, state }) =>
          state.identifiers.map((identifier): [string, string] => [identifierKey(identifier), id]),
        );
        expect(held.sort()).toEqual([...world.owners].sort());
      }),
      { numRuns: 300 },
    );
  });

  test('200 people at one kiosk stay 200 people', () => {
    const world = new World();
    world.run(Array.from({ length: 400 }, (_, index) => interaction({ email: `person${index % 200}@example.com`, anonymousId: 'kiosk' })));
    world.run([interaction({ anonymousId: 'kiosk' })]);
    expect(world.profiles.size).toBe(200);
    expect(world.redirects.size).toBe(0);
  });

  test('a merge is told twice: by the survivor with its reason, and last of all by the other', () => {
    const world = new World();
    world.run([
      interaction({ userId: 'u1' }, { at: at(1), messageId: 'member' }),
      interaction({ anonymousId: 'a1' }, { at: at(0), messageId: 'visitor' }),
    ]);
    const [visitor, member] = [...world.profiles.keys()].sort() as [string, string];
    const signIn = interaction({ userId: 'u1', anonymousId: 'a1' }, { at: at(2), messageId: 'sign-in' });
    const { profiles } = world.run([interaction({ userId: 'u1' }), signIn]);
    const reason = {
      at: at(2),
      reason: 'identifiers',
      interactionId: signIn.id,
      identifiers: [
        { type: 'userId', value: 'u1' },
        { type: 'anonymousId', value: 'a1' },
      ],
    };
    expect(profiles).toMatchObject([
      { id: member, version: 2, applied: [], mergedInto: { profileId: visitor, ...reason } },
      { id: visitor, version: 2, applied: [{}, { id: signIn.id }], mergedFrom: [{ profileId: member, ...reason }], mergedInto: undefined },
    ]);
    expect(presentProfile(visitor, 2, world.profiles.get(visitor)!.state)).toMatchObject({
      mergedFrom: [member],
      contacts: { byChannel: { web: { count: 4 } } },
    });
  });

  test('a new identifier that was dropped belongs to nobody', () => {
    const world = new World();
    world.run([interaction({ userId: 'u1', email: 'a@example.com' })]);
    const plan = world.run([
      interaction(
        {},
        {
          identifiers: [
            { type: 'email', value: 'a@example.com' },
            { type: 'email', value: 'b@example.com' },
          ],
        },
      ),
    ]);
    expect(plan.linked.size).toBe(0);
    expect(world.owners.size).toBe(2);
  });
});
