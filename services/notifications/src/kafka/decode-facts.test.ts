import { describe, expect, it } from '@jest/globals';
import { PROFILE_ASPECTS, type ProfileAspect, type ProfileHints, profileHintHeaders, TOPICS } from '@rapport/contracts';
import { projectProfile } from '../domain/project-profile.js';
import { profileOf } from '../testing/facts.js';
import { decodeFact } from './decode-facts.js';

const hints = (changed: ProfileAspect[], events: string[] = ['Page Viewed']): ProfileHints => ({
  changed: new Set(changed),
  events: new Set(events),
});

const NOW = new Date('2026-03-01T12:00:00.000Z');

function decode(headers: Record<string, string>, ageMs = 1_000) {
  const profile = profileOf({ name: 'ann', version: 7 });
  const value = Buffer.from(JSON.stringify({ profileId: profile.id, version: 7, profile, applied: [] }));
  return decodeFact(
    { topic: TOPICS.profilesUpdated.name, partition: 0, offset: 0n, key: profile.id, value, headers, timestampMs: NOW.getTime() - ageMs },
    NOW,
  ).kind;
}

describe('what is read of a profile', () => {
  it('leaves a fact unread whose headers name nothing that is kept here', () => {
    expect(decode(profileHintHeaders(hints([])))).toBe('skip');
    expect(decode(profileHintHeaders(hints(['orders', 'satisfaction', 'cases', 'accounts'], ['Order Completed', 'Đã mua, rồi'])))).toBe(
      'skip',
    );
  });

  it.each(['identifiers', 'traits', 'contactPoints', 'consents', 'contacts', 'agent', 'notifications'] as const)(
    'reads it for %s',
    (aspect) => {
      expect(decode(profileHintHeaders(hints(['orders', aspect])))).toBe('input');
    },
  );

  it('reads it for an event that may say something although it names no notification', () => {
    expect(decode(profileHintHeaders(hints([], ['Page Viewed', 'Call Ended'])))).toBe('input');
  });

  it('reads an old one in any case: the fact before it may never have been read here', () => {
    expect(decode(profileHintHeaders(hints([])), 3_599_999)).toBe('skip');
    expect(decode(profileHintHeaders(hints([])), 3_600_000)).toBe('input');
  });

  it('reads it when the headers do not tell: none, too many events, not ours', () => {
    expect(decode({})).toBe('input');
    expect(
      decode(
        profileHintHeaders(
          hints(
            [],
            Array.from({ length: 200 }, (_, n) => `Event ${n}`),
          ),
        ),
      ),
    ).toBe('input');
    expect(decode({ 'profile-changed': '', 'applied-events': '%E0%A4%A' })).toBe('input');
  });

  it('projects nothing else: what other aspects change leaves the projection as it is', () => {
    const known = profileOf({ name: 'ann' });
    const changed = {
      ...known,
      version: 99,
      lastSeenAt: '2027-01-01T00:00:00.000Z',
      accounts: [{ id: 'acme', firstSeenAt: known.firstSeenAt }],
      orders: { count: 3, revenue: [{ currency: 'VND', amount: '45000' }] },
      refunds: { count: 1, amount: [] },
      satisfaction: { answers: 2 },
      openCases: ['c1'],
    };
    expect(projectProfile(changed)).toEqual(projectProfile(known));
    expect(PROFILE_ASPECTS).toHaveLength(12); // a new aspect: does the projection read it?
  });
});
