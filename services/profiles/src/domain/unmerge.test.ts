import type { Interaction } from '@rapport/contracts';
import { identifierRules } from '@rapport/identifiers';
import fc from 'fast-check';
import { IdentityWorld } from '../testing/identity-world.js';
import { arbitraryInteractions, at, interaction } from '../testing/interactions.js';
import { UnionFind } from '../testing/union-find.js';
import { fold } from './effect-of.js';
import { identifierKey } from './identifier-key.js';
import { newProfileId, type StoredProfile } from './plan-batch.js';
import { presentProfile } from './present-profile.js';
import { EMPTY_STATE } from './profile-state.js';
import { areSeparated } from './separation.js';

const WITHOUT_LIMITS = identifierRules(
  Object.fromEntries(['userId', 'email', 'anonymousId', 'loyaltyNo'].map((type) => [type, { limit: 1_000, limitByStronger: 1_000 }])),
);

type Step = { readonly kind: 'hear' | 'merge' | 'unmerge'; readonly pick: number; readonly other: number };
const steps = fc.array(
  fc.record({
    kind: fc.constantFrom<Step['kind']>('hear', 'hear', 'hear', 'merge', 'unmerge', 'unmerge'),
    pick: fc.nat(50),
    other: fc.nat(50),
  }),
  { minLength: 5, maxLength: 40 },
);
const interactions = arbitraryInteractions({ people: 5, min: 40, max: 40 });

/** Runs the steps; what they name depends on what is there. */
function run(world: IdentityWorld, all: readonly Interaction[], list: readonly Step[]): [string, string][] {
  let next = 0;
  const stated: [string, string][] = [];
  for (const { kind, pick, other } of list) {
    const [people, merged] = [world.people(), world.mergedAway()];
    if (kind === 'hear') world.hear([{ ...all[next]!, receivedAt: at(1_000 * next++) }]);
    else if (kind === 'merge' && people.length > 1) {
      const pair: [string, string] = [people[pick % people.length]!.id, people[other % people.length]!.id];
      if (world.merge(...pair)?.kind === 'merged') stated.push(pair);
    } else if (kind === 'unmerge' && merged.length > 0)
      expect(world.unmerge(merged[pick % merged.length]!.id)).toMatchObject({ kind: 'unmerged' });
  }
  return stated;
}

const subjectKey = ({ subject }: Interaction): string => {
  const colon = subject.indexOf(':');
  return identifierKey({ type: subject.slice(0, colon), value: subject.slice(colon + 1) });
};

/** Identifiers of an interaction that are still together with its subject: the edge that remains of it. */
const remaining = (world: IdentityWorld, one: Interaction): Interaction['identifiers'] =>
  one.identifiers.filter((identifier) => world.ownerOf(identifier) === world.owners.get(subjectKey(one)));

const facts = ({ id, state }: Pick<StoredProfile, 'id' | 'state'>): unknown => {
  const { mergedFrom: _, ...profile } = presentProfile(id, 1, state);
  return profile;
};

function recount(world: IdentityWorld, id: string): unknown {
  const own = world.interactions.filter((one) => world.owners.get(subjectKey(one)) === id);
  return facts({ id, state: own.reduce((state, one) => fold(state, one, remaining(world, one)), EMPTY_STATE) });
}

describe('any sequence of attach, merge and un-merge', () => {
  test('equals a union-find over the edges that remain', () => {
    fc.assert(
      fc.property(interactions, steps, (all, list) => {
        const world = new IdentityWorld(WITHOUT_LIMITS);
        const stated = run(world, all, list);
        const edges = new UnionFind();
        for (const one of world.interactions) edges.join(remaining(world, one).map(identifierKey));
        const founder = new Map(world.interactions.map((one) => [newProfileId(one), subjectKey(one)]));
        for (const [one, other] of stated)
          if (world.living(one).id === world.living(other).id) edges.join([founder.get(one)!, founder.get(other)!]);
        const held = world.people().map(({ state }) => state.identifiers.map(identifierKey).sort());
        expect(held.sort((a, b) => (a[0]! < b[0]! ? -1 : 1))).toEqual(edges.components());
      }),
      { numRuns: 150 },
    );
  });

  test('cuts no edge but those between people whom somebody told apart', () => {
    fc.assert(
      fc.property(interactions, steps, (all, list) => {
        const world = new IdentityWorld(WITHOUT_LIMITS);
        run(world, all, list);
        for (const one of world.interactions) {
          const owners = [...new Set(one.identifiers.map((identifier) => world.ownerOf(identifier)))].filter((id) => id !== undefined);
          if (owners.length > 1) expect(areSeparated(owners.map((id) => world.profiles.get(id)!))).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    ['without limits', WITHOUT_LIMITS],
    ['with the limits that hold', identifierRules({})],
  ])('leaves facts that equal a recount from the interactions, %s', (_, rules) => {
    fc.assert(
      fc.property(interactions, steps, (all, list) => {
        const world = new IdentityWorld(rules);
        run(world, all, list);
        for (const person of world.people()) {
          const { identifiers, ...rest } = facts(person) as { identifiers: { type: string; value: string }[] };
          const { identifiers: recounted, ...expected } = recount(world, person.id) as typeof rest & { identifiers: typeof identifiers };
          expect(rest).toEqual(expected);
          expect(identifiers.map(identifierKey).sort()).toEqual(recounted.map(identifierKey).sort());
        }
        const held = world.people().flatMap(({ id, state }) => state.identifiers.map((one): [string, string] => [identifierKey(one), id]));
        expect(held.sort()).toEqual([...world.owners].sort());
        for (const { id } of world.profiles.values())
          expect(world.living(id).state.mergedFrom.includes(id) || world.living(id).id === id).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('an un-merge right after its merge brings both back as they were', () => {
    fc.assert(
      fc.property(arbitraryInteractions({ people: 8, min: 4, max: 12 }), fc.nat(50), fc.nat(50), (all, pick, other) => {
        const world = new IdentityWorld(WITHOUT_LIMITS);
        world.hear(all.map((one, index) => ({ ...one, receivedAt: at(1_000 * index) })));
        const people = world.people();
        const [one, two] = [people[pick % people.length]!, people[other % people.length]!];
        fc.pre(one.id !== two.id);
        const before = people.map(facts);
        expect(world.merge(one.id, two.id)).toMatchObject({ kind: 'merged' });
        world.unmerge(one.id < two.id ? two.id : one.id);
        expect(world.people().map(facts)).toEqual(before);
      }),
      { numRuns: 60 },
    );
  });
});

describe('an un-merge', () => {
  const hear = (world: IdentityWorld, ...list: [Record<string, string>, Partial<Interaction>?][]): void =>
    list.forEach(([identifiers, fields], index) => {
      const time = at((world.interactions.length + 1) * 1_000 + index);
      world.hear([interaction(identifiers, { at: time, receivedAt: time, ...fields })]);
    });
  const emails = (world: IdentityWorld): string[][] =>
    world.people().map(({ state }) => state.identifiers.map(({ value }) => value).sort());

  test('tells what was shared and what was added by hand, and the next interaction does not merge them again', () => {
    const world = new IdentityWorld();
    hear(
      world,
      [{ userId: 'ann' }],
      [{ email: 'bob@example.com' }, { event: 'Order Completed', value: { currency: 'GBP', amount: '5' } }],
      [{ userId: 'ann', email: 'bob@example.com', anonymousId: 'tablet' }], // on one tablet
      [{ email: 'bob@example.com', phone: '+84901234567' }],
      [{ userId: 'ann' }, { channel: 'api', kind: 'identify', traits: { plan: 'pro' } }],
    );
    const [, bob] = [...world.profiles.keys()].sort();
    expect(world.people()).toHaveLength(1);
    expect(world.unmerge(bob!)).toEqual({
      kind: 'unmerged',
      profiles: [
        { profileId: world.ownerOfText('userId:ann'), identifiers: 2, interactions: 3 },
        { profileId: bob, identifiers: 2, interactions: 2 },
      ],
      sharedIdentifiers: expect.arrayContaining([
        { type: 'anonymousId', value: 'tablet', profileId: world.ownerOfText('userId:ann') },
        { type: 'userId', value: 'ann', profileId: world.ownerOfText('userId:ann') },
      ]),
      addedByHand: [expect.objectContaining({ profileId: world.ownerOfText('userId:ann'), event: expect.any(String) })],
    });
    hear(world, [{ userId: 'ann', email: 'bob@example.com' }]);
    expect(emails(world)).toEqual([
      ['ann', 'tablet'],
      ['+84901234567', 'bob@example.com'],
    ]);
    expect(world.merge(bob!, world.ownerOfText('userId:ann')!)).toMatchObject({ kind: 'merged' });
    expect(world.people()).toHaveLength(1);
    expect(world.people()[0]!.state.separatedFrom).toBeUndefined();
  });

  test('of whom others had joined takes along those who joined through him', () => {
    const world = new IdentityWorld();
    hear(world, [{ email: 'a@example.com' }], [{ userId: 'b' }], [{ phone: '+84901234567' }], [{ userId: 'b', email: 'a@example.com' }]);
    hear(world, [{ userId: 'b', phone: '+84901234567' }]);
    const [a, b, c] = [...world.profiles.keys()].sort() as [string, string, string];
    world.unmerge(b);
    expect(emails(world)).toEqual([['a@example.com'], ['+84901234567', 'b']]);
    expect([world.living(a).id, world.living(b).id, world.living(c).id]).toEqual([a, b, b]);
    expect(world.living(b).state.mergedFrom).toEqual([c]);
  });

  test('waits while interactions are on their way, and says in the end that they differ', () => {
    const world = new IdentityWorld();
    hear(world, [{ userId: 'ann' }], [{ email: 'bob@example.com' }], [{ userId: 'ann', email: 'bob@example.com' }]);
    const [merged] = world.mergedAway();
    world.interactions.push(interaction({ userId: 'ann' }));
    expect(world.unmerge(merged!.id)).toBeUndefined();
    expect(world.people()).toHaveLength(1);
  });
});
