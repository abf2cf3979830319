import type { Interaction } from '@rapport/contracts';
import fc from 'fast-check';
import { at, interaction } from '../testing/interactions.js';
import { consentOf } from './consent-of.js';
import { fold } from './effect-of.js';
import { presentProfile } from './present-profile.js';
import { EMPTY_STATE } from './profile-state.js';

const ID = '019bc0a1-7c00-7000-8000-000000000010';
const identifiers = [{ type: 'email', value: 'ann@example.com' }];
const present = (events: readonly Interaction[]) =>
  presentProfile(
    ID,
    1,
    events.reduce((state, one) => fold(state, one, identifiers), EMPTY_STATE),
  );
const said = (event: string, ms: number, properties: Record<string, unknown> = {}) =>
  interaction({ email: 'ann@example.com' }, { event, at: at(ms), properties: { purpose: 'marketing', channel: 'email', ...properties } });

const words = fc.array(
  fc
    .record({
      event: fc.constantFrom('Consent Granted', 'Consent Withdrawn', 'Consent Requested', 'Consent Confirmed', 'Unsubscribed'),
      ms: fc.integer({ min: 0, max: 5 }),
      source: fc.constantFrom('checkout', 'phone'),
    })
    .map(({ event, ms, source }) => said(event, ms, { source })),
  { minLength: 1, maxLength: 12 },
);
const DECIDES: Readonly<Record<string, string>> = {
  'Consent Granted': 'granted',
  'Consent Confirmed': 'granted',
  'Consent Withdrawn': 'withdrawn',
  Unsubscribed: 'withdrawn',
};

describe('consent', () => {
  test('in whatever order it is heard, the newest event time wins, and a withdrawal wins a tie', () => {
    fc.assert(
      fc.property(
        words.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, heard]) => {
          const decided = all.filter(({ event }) => DECIDES[event] !== undefined);
          const newest = decided
            .map((one) => one.at)
            .sort()
            .at(-1);
          const last = decided.filter((one) => one.at === newest).map(({ event }) => DECIDES[event]);
          const expected = last.length === 0 ? undefined : last.includes('withdrawn') ? 'withdrawn' : 'granted';
          const profile = present(heard);
          expect(profile.consents.map(({ state }) => state)).toEqual(expected === undefined ? [] : [expected]);
          const asked = all
            .filter(({ event }) => event === 'Consent Requested')
            .map((one) => one.at)
            .sort()
            .at(-1);
          const waits = asked !== undefined && (newest === undefined || asked > newest);
          expect(profile.consentRequests?.map((one) => one.at)).toEqual(waits ? [asked] : undefined);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('asked for by e-mail, it is pending until it is confirmed, and takes the place of no decision', () => {
    const withdrawn = said('Consent Withdrawn', 1);
    const asked = said('Consent Requested', 2, { wording: 'Yes, tell me.' });
    expect(present([withdrawn, asked])).toMatchObject({
      consents: [{ state: 'withdrawn' }],
      consentRequests: [{ wording: 'Yes, tell me.' }],
    });
    const confirmed = present([withdrawn, asked, said('Consent Confirmed', 3)]);
    expect(confirmed).toMatchObject({ consents: [{ state: 'granted', at: at(3) }], contactPoints: [{ verified: true, reachable: true }] });
    expect(confirmed.consentRequests).toBeUndefined();
  });

  test.each([
    [{ purpose: 'marketing', channel: '*' }, undefined],
    [{ purpose: '*', channel: 'email' }, undefined],
    [{ purpose: '*', channel: '*' }, undefined],
    [{ purpose: 'marketing', channel: 'sms' }, 1],
    [{ purpose: 'survey', channel: '*' }, 1],
  ])('a request waits no more once %j is withdrawn: %s', (withdrawn, left) => {
    const [asked, stopped] = [said('Consent Requested', 2), said('Consent Withdrawn', 3, withdrawn)];
    for (const heard of [
      [asked, stopped],
      [stopped, asked],
    ])
      expect(present(heard).consentRequests?.length).toBe(left);
    expect(present([said('Consent Withdrawn', 1, withdrawn), asked]).consentRequests).toHaveLength(1);
  });

  test('the evidence says where, in which edition of which words, and who spoke', () => {
    const evidence = consentOf(
      said('Consent Granted', 1, { source: 'checkout', wording: 'Yes\u0000!', wordingVersion: '2026-01', actor: 'agent-7' }),
    );
    expect(evidence).toEqual({
      purpose: 'marketing',
      channel: 'email',
      state: 'granted',
      at: at(1),
      source: 'checkout',
      wording: 'Yes!',
      wordingVersion: '2026-01',
      actor: 'agent-7',
    });
    expect(consentOf(said('Unsubscribed', 1))).toMatchObject({ source: 'shop', actor: 'customer' });
    expect(consentOf({ ...said('Consent Granted', 1), direction: 'outbound' })).toMatchObject({ actor: 'company' });
  });
});
