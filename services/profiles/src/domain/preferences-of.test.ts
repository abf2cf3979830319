import type { Interaction } from '@rapport/contracts';
import fc from 'fast-check';
import { at, interaction } from '../testing/interactions.js';
import { fold } from './effect-of.js';
import { preferencesOf } from './preferences-of.js';
import { EMPTY_STATE, join } from './profile-state.js';

const ann = { phone: '+84901234567' };
const one = (fields: Partial<Interaction>, identifiers: Record<string, string> = { userId: 'ann' }) => interaction(identifiers, fields);
const foldAll = (events: readonly Interaction[]) => events.reduce((state, event) => fold(state, event, event.identifiers), EMPTY_STATE);
const after = (...events: Interaction[]) => preferencesOf(foldAll(events));
const wrote = (channel: Interaction['channel'], more: Partial<Interaction> = {}) => one({ channel, event: 'Message Received', ...more });
const states = (traits: Record<string, unknown>, ms = 9) => one({ kind: 'identify', event: 'Identified', traits, at: at(ms) });

describe('preferences', () => {
  test('of a stranger nobody knows any', () => expect(after(one({}))).toBeUndefined());

  test('what is stated wins over what is inferred, and says since when', () => {
    const inferred = [wrote('zalo'), wrote('zalo'), wrote('zalo'), one({ context: { locale: 'en-GB', timezone: 'Europe/London' } })];
    expect(after(...inferred)).toEqual({
      channel: { value: 'zalo', source: 'inferred', basis: 'activity' },
      language: { value: 'en-GB', source: 'inferred', basis: 'device' },
      timeZone: { value: 'Europe/London', source: 'inferred', basis: 'device' },
    });
    const stated = { preferredChannel: 'email', language: 'vi_VN', timezone: 'Asia/Ho_Chi_Minh', quietHours: '22:00-7:00' };
    expect(after(...inferred, states(stated))).toEqual({
      channel: { value: 'email', source: 'stated', basis: 'preferredChannel', at: at(9) },
      language: { value: 'vi-VN', source: 'stated', basis: 'language', at: at(9) },
      timeZone: { value: 'Asia/Ho_Chi_Minh', source: 'stated', basis: 'timezone', at: at(9) },
      quietHours: { value: { from: '22:00', to: '07:00' }, source: 'stated', basis: 'quietHours', at: at(9) },
    });
    expect(after(...inferred, states({ preferredChannel: null, quietHours: 'always' }))?.channel).toMatchObject({ source: 'inferred' });
  });

  test('a number from Viet Nam suggests its language and zone, one from the United States no zone', () => {
    expect(after(one({}, ann))).toEqual({
      language: { value: 'vi', source: 'inferred', basis: 'telephone' },
      timeZone: { value: 'Asia/Ho_Chi_Minh', source: 'inferred', basis: 'telephone' },
    });
    expect(after(one({}, { phone: '+12025550123' }))?.timeZone).toBeUndefined();
    expect(after(one({ context: { locale: 'vi-VN' } }))?.timeZone).toMatchObject({ value: 'Asia/Ho_Chi_Minh', basis: 'locale' });
  });

  test.each<[string, Interaction[], string | undefined]>([
    ['two contacts are no habit', [wrote('zalo'), wrote('zalo')], undefined],
    ['half of them is no majority', [wrote('zalo'), wrote('zalo'), wrote('email'), wrote('email')], undefined],
    ['what we send is not his choice', [1, 2, 3].map(() => wrote('zalo', { direction: 'outbound' })), undefined],
    ['an opening is none either', [1, 2, 3].map(() => wrote('email', { event: 'Email Opened' })), undefined],
    ['looking at the website says nothing', [1, 2, 3].map(() => wrote('web')), undefined],
    ['more than half of three', [wrote('zalo'), wrote('zalo'), wrote('email')], 'zalo'],
  ])('a channel by activity: %s', (_, events, channel) => expect(after(...events)?.channel?.value).toBe(channel));

  test('rubbish from a device is no preference', () => {
    for (const context of [{ locale: 'x'.repeat(99) }, { locale: 7, timezone: '../../etc' }, { locale: 'de;q=1', timezone: 'Mars' }])
      expect(after(one({ context }))).toBeUndefined();
  });

  test('the order and the parts in which events are heard do not matter', () => {
    const event = fc
      .record({
        ms: fc.integer({ min: 0, max: 200_000_000 }),
        channel: fc.constantFrom('web', 'zalo', 'email', 'phone') as fc.Arbitrary<Interaction['channel']>,
        locale: fc.constantFrom('vi-VN', 'en', 'en-GB', undefined),
        timezone: fc.constantFrom('Asia/Ho_Chi_Minh', 'Europe/London', undefined),
      })
      .map(({ ms, channel, ...context }) => one({ at: at(ms), channel, context }));
    fc.assert(
      fc.property(fc.array(event, { maxLength: 10 }), fc.nat(10), (events, cut) => {
        const whole = foldAll(events);
        const parts = join(foldAll(events.slice(cut)), foldAll(events.slice(0, cut)));
        expect(preferencesOf(parts)).toEqual(preferencesOf(whole));
        expect(preferencesOf(foldAll(events.toReversed()))).toEqual(preferencesOf(whole));
      }),
    );
  });
});
