import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LiveFact, ToldChange } from './live-fact.js';
import { Presence, type PresenceLimits } from './presence.js';
import { showVisitor } from './render-live.js';
import type { Step } from './read-step.js';
import { STEPS_MAX } from './visitor.js';

const MINUTE = 60_000;
const LIMITS: PresenceLimits = { presenceMs: 5 * MINUTE, visitMs: 30 * MINUTE, visitorsMax: 100 };
const step = (minute: number, path = '/', more: Partial<Step> = {}): Step => ({
  atMs: minute * MINUTE,
  event: 'Page Viewed',
  channel: 'web',
  place: 'site',
  page: { path },
  ...more,
});
const stepped = (profileId: string, ...steps: readonly Step[]): LiveFact => ({
  kind: 'stepped',
  profileId,
  who: { version: 1, openCases: 0, orders: 0, firstSeenAt: '2026-01-01T00:00:00.000Z' },
  steps,
});
const entered = (profileId: string, sequence = 1): ToldChange => ({
  kind: 'told',
  type: 'membership',
  profileId,
  data: {},
  membership: { segmentId: 's1', name: 'hesitant', sequence, isMember: sequence % 2 === 1 },
});
const shown = (presence: Presence, profileId = 'ann') =>
  showVisitor([...presence.all()].find((visitor) => visitor.profileId === profileId)!, {
    visitMs: LIMITS.visitMs,
    segmentsOf: (id) => presence.segmentsOf(id),
    isKnown: (id) => presence.isKnown(id),
  });

describe('a visit', () => {
  it('begins with the first step and tells the page, the minutes and the last steps', () => {
    const presence = new Presence(LIMITS);
    presence.fold(stepped('ann', step(0, '/')), 0);
    presence.fold(stepped('ann', step(3, '/lamps')), 3 * MINUTE);
    presence.fold(stepped('ann', step(4, '/lamps', { event: 'Product Added' })), 4 * MINUTE);
    expect(shown(presence)).toMatchObject({
      place: 'site',
      page: { path: '/lamps' },
      arrivedAt: '1970-01-01T00:00:00.000Z',
      seenAt: '1970-01-01T00:04:00.000Z',
      minutes: 4,
      history: [
        { event: 'Page Viewed', page: '/' },
        { event: 'Page Viewed', page: '/lamps' },
        { event: 'Product Added', page: '/lamps' },
      ],
      segments: null,
    });
  });

  it('ends when nothing happens for so long, to the millisecond, and a later step begins another', () => {
    const presence = new Presence(LIMITS);
    presence.fold(stepped('ann', step(0)), 0);
    expect(presence.depart(5 * MINUTE - 1)).toEqual([]);
    expect(presence.depart(5 * MINUTE)).toMatchObject([{ visitor: { profileId: 'ann' }, reason: 'silent' }]);
    expect(presence.size).toBe(0);
    presence.fold(stepped('ann', step(7)), 7 * MINUTE);
    expect(shown(presence)).toMatchObject({ minutes: 0 });
  });

  it('is not begun by what happened long before it was recorded', () => {
    const presence = new Presence(LIMITS);
    expect(presence.fold(stepped('ann', step(0)), 5 * MINUTE)).toBeUndefined();
    expect(presence.size).toBe(0);
  });

  it('keeps the newest steps only', () => {
    const presence = new Presence(LIMITS);
    for (let n = 0; n < 3 * STEPS_MAX; n++) presence.fold(stepped('ann', step(n, `/${n}`)), n * MINUTE);
    expect((shown(presence) as { history: object[] }).history).toHaveLength(STEPS_MAX);
    expect(shown(presence)).toMatchObject({ page: { path: `/${3 * STEPS_MAX - 1}` }, minutes: 29 });
  });
});

describe('who is here', () => {
  it('is bounded: the one not heard of for the longest makes room, and that is told', () => {
    const presence = new Presence({ ...LIMITS, visitorsMax: 2 });
    for (const [n, id] of ['ann', 'bob', 'ann', 'eve'].entries()) presence.fold(stepped(id, step(n)), n * MINUTE);
    expect([...presence.all()].map(({ profileId }) => profileId)).toEqual(['ann', 'eve']);
    expect(presence.depart(3 * MINUTE)).toMatchObject([{ visitor: { profileId: 'bob' }, reason: 'crowded' }]);
  });

  it('follows a merge: the visit goes on as the survivor’s', () => {
    const presence = new Presence(LIMITS);
    presence.fold(stepped('ann', step(0, '/a')), 0);
    presence.fold(stepped('old', step(1, '/b')), MINUTE);
    expect(presence.fold({ kind: 'merged', profileId: 'ann', into: 'old' }, 2 * MINUTE)).toMatchObject({
      kind: 'left',
      left: [{ visitor: { profileId: 'ann' }, reason: 'merged', survivor: { profileId: 'old' } }],
    });
    expect([...presence.all()]).toMatchObject([
      { profileId: 'old', arrivedMs: 0, steps: [{ page: { path: '/a' } }, { page: { path: '/b' } }] },
    ]);
  });

  it('forgets whom the company had to forget', () => {
    const presence = new Presence(LIMITS);
    presence.fold(stepped('ann', step(0)), 0);
    expect(presence.fold({ kind: 'erased', profileId: 'ann' }, MINUTE)).toMatchObject({ left: [{ reason: 'erased' }] });
    expect([presence.size, presence.fold({ kind: 'erased', profileId: 'ann' }, MINUTE)]).toEqual([0, undefined]);
  });
});

describe('the segments of a visitor', () => {
  it('are what the newest of the log and their owner says, whichever comes first', () => {
    const asked = { segmentId: 's1', name: 'hesitant', sequence: 3, isMember: true };
    for (const newer of [2, 4]) {
      const presence = new Presence(LIMITS);
      presence.fold(stepped('ann', step(0)), 0);
      expect(presence.takeUnknown(10)).toEqual(['ann']);
      presence.fold(entered('ann', newer), 0);
      presence.know('ann', [asked]);
      expect(shown(presence)).toMatchObject({ segments: newer === 2 ? [{ segmentId: 's1' }] : [] });
    }
  });

  it('are asked for again when their owner did not answer', () => {
    const presence = new Presence(LIMITS);
    presence.fold(stepped('ann', step(0)), 0);
    presence.putBackUnknown(presence.takeUnknown(10));
    expect(presence.takeUnknown(10)).toEqual(['ann']);
    presence.know('ann', []);
    presence.putBackUnknown(['ann']);
    expect(presence.takeUnknown(10)).toEqual([]);
  });
});

describe('laws', () => {
  const minutes = fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 40 }).map((list) => list.sort((a, b) => a - b));

  it('a gateway that began to read later says the same of everybody who is here', () => {
    fc.assert(
      fc.property(minutes, fc.integer({ min: 0, max: 4 }), (at, silence) => {
        const nowMs = (at.at(-1)! + silence) * MINUTE;
        const sinceMs = nowMs - LIMITS.visitMs - 2 * LIMITS.presenceMs;
        const [early, late] = [new Presence(LIMITS), new Presence(LIMITS)];
        for (const minute of at) {
          early.depart(minute * MINUTE); // this one was there when they left
          early.fold(stepped('ann', step(minute, `/${minute}`)), minute * MINUTE);
          if (minute * MINUTE >= sinceMs) late.fold(stepped('ann', step(minute, `/${minute}`)), minute * MINUTE);
        }
        early.depart(nowMs);
        late.depart(nowMs);
        expect([...late.all()].length).toBe([...early.all()].length);
        if (early.size > 0) expect(shown(late)).toEqual(shown(early));
      }),
    );
  });

  it('the order in which the partitions were read does not matter for a visit without a pause', () => {
    const close = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: STEPS_MAX });
    fc.assert(
      fc.property(close, fc.infiniteStream(fc.nat()), (at, random) => {
        const orders = [
          at,
          [...at]
            .map((minute) => [minute, random.next().value] as const)
            .sort((a, b) => a[1] - b[1])
            .map(([m]) => m),
        ];
        const [one, other] = orders.map((order) => {
          const presence = new Presence(LIMITS);
          for (const minute of order) presence.fold(stepped('ann', step(minute, `/${minute}`)), 4 * MINUTE);
          return shown(presence);
        });
        expect(other).toEqual(one);
      }),
    );
  });
});
