import { describe, expect, it } from '@jest/globals';
import type { Interaction } from '@rapport/contracts';
import { verifyLink } from '@rapport/platform';
import fc from 'fast-check';
import type { Claimed } from './delivery-store.js';
import { linksIn } from './links.js';
import { interaction } from '../testing/facts.js';
import { type Asked, confirmationRequest, consentAsked, mergeAsked, noteAsked } from '../domain/confirmation.js';

const NOW = new Date('2026-03-10T03:00:00.000Z');
const asked = (properties: Record<string, unknown>, more: Partial<Interaction> = {}) =>
  consentAsked(interaction('Consent Requested', { identifiers: [{ type: 'email', value: 'ann@example.com' }], properties, ...more }));

describe('a consent that was asked for', () => {
  it('is confirmed from the mailbox that was named, else from the one that asked', () => {
    expect(asked({ purpose: 'marketing', email: 'New@Example.com', wording: 'Yes', wordingVersion: '3' })).toEqual({
      purpose: 'marketing',
      address: 'new@example.com',
      wording: 'Yes',
      wordingVersion: '3',
    });
    expect(asked({ purpose: 'survey' })).toMatchObject({ address: 'ann@example.com', wording: '' });
  });

  it.each([
    [{ purpose: 'transactional' }],
    [{ purpose: 'constructor' }],
    [{ purpose: 'marketing', channel: 'sms' }],
    [{ purpose: 'marketing', email: 'nobody' }],
    [{}],
  ])('is nothing to confirm: %j', (properties) => expect(asked(properties)).toBeUndefined());

  it('is put to the same mailbox once a day', () => {
    const one = asked({ purpose: 'marketing' })!;
    const first = noteAsked(undefined, one, NOW);
    expect(noteAsked(first, one, new Date(NOW.getTime() + 86_399_999))).toBeUndefined();
    expect(noteAsked(first, one, new Date(NOW.getTime() + 86_400_000))).toBeDefined();
    expect(noteAsked(first, { ...one, address: 'b@example.com' }, NOW)).toBeDefined();
  });

  it('is remembered of both when two customers turn out to be one', () => {
    const table: fc.Arbitrary<Asked> = fc.option(
      fc.dictionary(
        fc.constantFrom(...Array.from({ length: 15 }, (_, n) => `p|${n}`)),
        fc.integer({ min: 0, max: 9 }).map((n) => `2026-0${n}`),
      ),
      { nil: undefined },
    );
    fc.assert(
      fc.property(table, table, table, (a, b, c) => {
        expect(mergeAsked(a, b)).toEqual(mergeAsked(b, a));
        expect(mergeAsked(mergeAsked(a, b), c)).toEqual(mergeAsked(a, mergeAsked(b, c)));
      }),
    );
  });

  it('is asked in the customer’s language, and never quotes his words as a template', () => {
    const one = asked({ purpose: 'marketing', wording: '{{ customer.secret }}' })!;
    const email = (locale?: string) => confirmationRequest(one, locale, NOW).content!['email'] as Record<string, string>;
    expect(email('en-GB')['subject']).toBe('Please confirm your subscription');
    expect(email(undefined)['subject']).toBe('Vui lòng xác nhận đăng ký của bạn');
    expect(JSON.stringify(email('en'))).not.toContain('customer.secret');
  });
});

describe('the links of a mail', () => {
  const options = { publicUrl: 'https://shop.example/', linkSecret: 'a secret of some length' };
  const links = (purpose: string, context: object = {}) =>
    linksIn(
      { channel: 'email', address: 'ann@example.com', purpose, notificationId: 'n1', profileId: 'p1', context } as Claimed,
      options,
      NOW,
    );
  const payload = (url: string | undefined) => verifyLink(url!.split('/').at(-1)!, options.linkSecret);

  it('lead to the preferences for half a year, and out of everything but what must be sent', () => {
    const { preferencesUrl, unsubscribeUrl, confirmUrl } = links('marketing');
    expect(preferencesUrl).toMatch(/^https:\/\/shop\.example\/p\//);
    expect(payload(preferencesUrl)).toEqual({
      k: 'preferences',
      t: 'email',
      a: 'ann@example.com',
      e: NOW.getTime() / 1_000 + 180 * 86_400,
    });
    expect(payload(unsubscribeUrl)).toMatchObject({ n: 'n1', u: 'marketing' });
    expect([confirmUrl, links('transactional').unsubscribeUrl]).toEqual([undefined, undefined]);
  });

  it('confirm what was asked for, for a week', () => {
    const cause = { kind: 'consent_request', interactionId: 'i1', consentPurpose: 'marketing', wordingVersion: '3' };
    expect(payload(links('transactional', { cause }).confirmUrl)).toEqual({
      k: 'confirm',
      t: 'email',
      a: 'ann@example.com',
      u: 'marketing',
      r: 'i1',
      w: '3',
      e: NOW.getTime() / 1_000 + 7 * 86_400,
    });
  });
});
