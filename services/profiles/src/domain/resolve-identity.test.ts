import type { Identifier } from '@rapport/contracts';
import { identifierRules } from '@rapport/identifiers';
import { at } from '../testing/interactions.js';
import { type IdentityView, resolveIdentity } from './resolve-identity.js';

const DAY_MS = 86_400_000;
const RULES = identifierRules({});
const ids = (...texts: string[]): Identifier[] =>
  texts.map((text) => ({ type: text.slice(0, text.indexOf(':')), value: text.slice(text.indexOf(':') + 1) }));
const texts = (identifiers: readonly Identifier[]): string[] => identifiers.map(({ type, value }) => `${type}:${value}`);

/** People as `{profileId: ['type:value', …]}`, all seen first at `firstSeenAt`. */
function people(profiles: Readonly<Record<string, readonly string[]>>, firstSeenAt = at(0)): IdentityView {
  const owners = new Map(Object.entries(profiles).flatMap(([profileId, list]) => list.map((text): [string, string] => [text, profileId])));
  return {
    ownerOf: ({ type, value }) => owners.get(`${type}:${value}`),
    areSeparated: () => false,
    identifiersOf: (id) => ids(...profiles[id]!).map((identifier) => ({ ...identifier, firstSeenAt })),
  };
}

function resolve(view: IdentityView, identifiers: Identifier[], time = at(1), rules = RULES) {
  const resolution = resolveIdentity(identifiers, time, view, rules);
  return { profiles: resolution.profileIds, dropped: texts(resolution.dropped) };
}

describe('resolveIdentity', () => {
  test('nobody known: create', () =>
    expect(resolve(people({}), ids('userId:u1', 'anonymousId:a1'))).toEqual({ profiles: [], dropped: [] }));

  test('one known: attach', () =>
    expect(resolve(people({ p1: ['anonymousId:a1'] }), ids('userId:u1', 'anonymousId:a1'))).toEqual({ profiles: ['p1'], dropped: [] }));

  test('two known: merge, the older one first, however the identifiers are listed', () => {
    const view = people({ p2: ['userId:u1'], p1: ['anonymousId:a1'] });
    for (const list of [ids('userId:u1', 'anonymousId:a1'), ids('anonymousId:a1', 'userId:u1')])
      expect(resolve(view, list)).toEqual({ profiles: ['p1', 'p2'], dropped: [] });
  });

  test('a second person at the kiosk is a second person', () => {
    const view = people({ p1: ['userId:u1', 'anonymousId:kiosk'] });
    expect(resolve(view, ids('userId:u2', 'anonymousId:kiosk'))).toEqual({ profiles: [], dropped: ['anonymousId:kiosk'] });
    expect(resolve(view, ids('anonymousId:kiosk'))).toEqual({ profiles: ['p1'], dropped: [] });
  });

  test('two addresses that only share a browser are two people; signed in, they are one', () => {
    const view = people({ p1: ['userId:u1', 'email:a@example.com', 'anonymousId:b1'] });
    expect(resolve(view, ids('email:b@example.com', 'anonymousId:b1'))).toEqual({ profiles: [], dropped: ['anonymousId:b1'] });
    expect(resolve(view, ids('userId:u1', 'email:b@example.com', 'anonymousId:b1'))).toEqual({ profiles: ['p1'], dropped: [] });
  });

  test('signing in with the address of a newsletter reader merges the two, but not with another member', () => {
    const view = people({
      p1: ['userId:u1', 'email:a@example.com'],
      p2: ['email:b@example.com', 'anonymousId:b2'],
      p3: ['userId:u3', 'email:c@example.com'],
    });
    expect(resolve(view, ids('userId:u1', 'email:b@example.com'))).toEqual({ profiles: ['p1', 'p2'], dropped: [] });
    expect(resolve(view, ids('userId:u1', 'email:c@example.com'))).toEqual({ profiles: ['p1'], dropped: ['email:c@example.com'] });
  });

  test('a borrowed browser does not bring its owner’s address along', () => {
    const view = people({ p1: ['userId:u1', 'email:a@example.com'], p2: ['email:b@example.com', 'anonymousId:b2'] });
    expect(resolve(view, ids('userId:u1', 'anonymousId:b2'))).toEqual({ profiles: ['p1'], dropped: ['anonymousId:b2'] });
  });

  test('devices count towards the limit only within their window', () => {
    const many = Array.from({ length: 100 }, (_, index) => `anonymousId:a${index}`);
    const known = ids('userId:u1', 'anonymousId:new');
    expect(resolve(people({ p1: ['userId:u1', ...many] }), known, at(DAY_MS))).toEqual({ profiles: ['p1'], dropped: ['anonymousId:new'] });
    expect(resolve(people({ p1: ['userId:u1', ...many] }), known, at(200 * DAY_MS))).toEqual({ profiles: ['p1'], dropped: [] });
  });

  test('a profile beyond a limit that was lowered later can still be met and grow in other ways', () => {
    const view = people({ p1: ['userId:u1', 'email:a@example.com', 'email:b@example.com', 'email:c@example.com'] });
    const strict = identifierRules({ email: { limit: 1, limitByStronger: 1 } });
    expect(resolve(view, ids('userId:u1', 'phone:+84901234567'), at(1), strict)).toEqual({ profiles: ['p1'], dropped: [] });
    expect(resolve(view, ids('userId:u1', 'email:d@example.com'), at(1), strict)).toEqual({
      profiles: ['p1'],
      dropped: ['email:d@example.com'],
    });
  });

  test('a profile never holds more than 1,000 identifiers', () => {
    const view = people({ p1: ['userId:u1', ...Array.from({ length: 999 }, (_, index) => `ticket:t${index}`)] });
    const rules = identifierRules({ ticket: { limit: 5_000 } });
    expect(resolve(view, ids('userId:u1', 'ticket:new'), at(1), rules)).toEqual({ profiles: ['p1'], dropped: ['ticket:new'] });
  });
});
