import { describe, expect, it } from '@jest/globals';
import type { Profile } from '@rapport/contracts';
import { projectProfile } from './project-profile.js';

const AT = '2026-03-10T12:00:00.000Z';
const trait = (value: unknown) => ({ value, source: 'web', at: AT });
const profile = (traits: Record<string, unknown>, more: Partial<Profile> = {}): Profile => ({
  id: '01900000-0000-7000-8000-000000000001',
  version: 3,
  identifiers: [],
  traits: Object.fromEntries(Object.entries(traits).map(([name, value]) => [name, trait(value)])),
  contactPoints: [],
  consents: [],
  accounts: [],
  firstSeenAt: AT,
  lastSeenAt: AT,
  orders: { count: 0, revenue: [] },
  refunds: { count: 0, amount: [] },
  contacts: { byChannel: {}, byHandling: {} },
  satisfaction: { answers: 0 },
  openCases: [],
  mergedFrom: [],
  ...more,
});

describe('what a decision reads of a profile', () => {
  it('understands preferences however they are written', () => {
    const read = projectProfile(
      profile({
        language: 'vi_VN',
        timezone: 'Asia/Ho_Chi_Minh',
        quietHours: '22:00-07:00',
        preferredChannel: 'zalo',
        address: { country: 'vn' },
        doNotCall: 'true',
      }),
    );
    expect(read).toMatchObject({
      locale: 'vi-VN',
      timeZone: 'Asia/Ho_Chi_Minh',
      quietHours: { from: 1320, to: 420 },
      preferredChannel: 'zalo',
      country: 'VN',
      doNotCall: true,
    });
  });

  it('takes preferences as profiles knows them, stated or inferred', () => {
    const inferred = <T>(value: T) => ({ value, source: 'inferred' as const, basis: 'activity' });
    const preferences = { channel: inferred('zalo' as const), language: inferred('vi'), timeZone: inferred('Asia/Ho_Chi_Minh') };
    expect(projectProfile(profile({}, { preferences }))).toMatchObject({
      locale: 'vi',
      timeZone: 'Asia/Ho_Chi_Minh',
      preferredChannel: 'zalo',
      preferenceInferred: true,
    });
    const quietHours = { value: { from: '21:30', to: '06:00' }, source: 'stated' as const, basis: 'quietHours' };
    const read = projectProfile(profile({}, { preferences: { quietHours, timeZone: inferred('Mars/Olympus') } }));
    expect([read.quietHours, read.timeZone, read.preferenceInferred]).toEqual([{ from: 1290, to: 360 }, undefined, undefined]);
  });

  it('ignores what it does not understand', () => {
    const read = projectProfile(
      profile({
        locale: 'klingon!',
        timezone: 'Mars/Olympus',
        quietHours: { from: 1 },
        preferredChannel: 'pigeon',
        country: 'Vietnam',
        nested: { a: 1 },
        long: 'x'.repeat(300),
      }),
    );
    expect(read).toEqual({
      identifiers: [],
      contactPoints: [],
      consents: [],
      traits: { locale: 'klingon!', timezone: 'Mars/Olympus', preferredChannel: 'pigeon', country: 'Vietnam' },
    });
  });

  it('takes the country from the telephone where nothing else says it', () => {
    const contactPoints = [{ channel: 'phone' as const, address: '+84901234567', verified: false, reachable: true }];
    expect(projectProfile(profile({}, { contactPoints })).country).toBe('VN');
  });

  it('is the same text for another purchase on the same day, so that nothing need be written', () => {
    const visit = (at: string, count: number) =>
      profile({ name: 'Lan' }, { orders: { count, revenue: [] }, contacts: { byChannel: { web: { count, lastAt: at } }, byHandling: {} } });
    expect(JSON.stringify(projectProfile(visit('2026-03-10T12:00:00.000Z', 1)))).toBe(
      JSON.stringify(projectProfile(visit('2026-03-10T15:00:00.000Z', 2))),
    );
    expect(JSON.stringify(projectProfile(visit('2026-03-10T12:00:00.000Z', 1)))).not.toBe(
      JSON.stringify(projectProfile(visit('2026-03-11T12:00:00.000Z', 2))),
    );
  });
});
