import { describe, expect, it } from '@jest/globals';
import type { Profile } from '@rapport/contracts';
import { confirmed, confirmLinkOf, preferencesLinkOf } from './personal-link.js';
import { changesIn, unclearQuietHoursIn, viewAfter, type Wording } from './preference-form.js';
import { interactionsOf, viewOf } from './preferences.js';
import { readPreferenceChanges } from './read-preference-changes.js';
import { TIME_ZONES } from './time-zones.js';

const AT = '2026-01-15T09:00:00.000Z';
const LATER = '2026-01-15T09:00:01.000Z';
const point = (channel: 'email' | 'sms' | 'webhook') => ({ channel, address: 'x', verified: true, reachable: true });
const consent = (purpose: string, channel: string, state: 'granted' | 'withdrawn', at = AT) => ({
  purpose,
  channel,
  state,
  at,
  source: 's',
});
const source = (more: Partial<Profile> = {}) =>
  viewOf({
    contactPoints: [point('sms'), point('email'), point('webhook')],
    contacts: { byChannel: {}, byHandling: {} },
    consents: [],
    ...more,
  });
const cell = (view: ReturnType<typeof source>, purpose: string, channel: string) =>
  view.consents.find((one) => one.purpose === purpose && one.channel === channel);

describe('the view of preferences', () => {
  it('asks about every purpose that can be refused, on every channel that reaches the person', () => {
    const view = source();
    expect(view.channels).toEqual(['email', 'sms']);
    expect(view.consents.map(({ purpose, channel, allowed }) => [purpose, channel, allowed])).toEqual([
      ['service', 'email', true],
      ['service', 'sms', true],
      ['survey', 'email', true],
      ['survey', 'sms', true],
      ['relationship', 'email', true],
      ['relationship', 'sms', true],
      ['marketing', 'email', false],
      ['marketing', 'sms', false],
    ]);
    expect(source({ contacts: { byChannel: { web: { count: 1, lastAt: AT } }, byHandling: {} } }).channels).toEqual([
      'in_app',
      'email',
      'sms',
    ]);
  });

  it('knows what holds: the newest word, for the channel or for all', () => {
    const view = source({
      consents: [
        consent('marketing', '*', 'granted'),
        consent('marketing', 'sms', 'withdrawn', LATER),
        consent('survey', '*', 'withdrawn'),
      ],
      consentRequests: [{ purpose: 'relationship', channel: 'email', at: AT, source: 's' }],
    });
    expect(cell(view, 'marketing', 'email')).toMatchObject({ allowed: true, state: 'granted' });
    expect(cell(view, 'marketing', 'sms')).toMatchObject({ allowed: false, state: 'withdrawn' });
    expect(cell(view, 'survey', 'sms')).toMatchObject({ allowed: false, state: 'withdrawn' });
    expect(cell(view, 'relationship', 'email')).toMatchObject({ allowed: true, state: 'pending' });
  });
});

describe('a filled-in page', () => {
  const wording: Wording = { version: 'w1', of: ({ purpose, state }) => `${state} ${purpose}` };
  const view = source({ consents: [consent('marketing', 'sms', 'granted')] });
  const filled = (fields: Record<string, string>) => changesIn(new URLSearchParams(fields), view, wording);

  it('says only what differs from what was shown', () => {
    const changes = filled({
      'was.consent.marketing.email': '0',
      'consent.marketing.email': '1',
      'was.consent.marketing.sms': '1',
      'was.consent.survey.sms': '1',
      'consent.survey.sms': '1',
      channel: 'sms',
      'was.channel': '',
      language: '',
      'was.language': 'vi',
      timeZone: 'Europe/London',
      'was.timeZone': 'Europe/London',
      quietFrom: '22:00',
      'was.quietFrom': '',
      quietTo: '07:00',
      'was.quietTo': '',
    });
    expect(changes).toEqual({
      channel: 'sms',
      language: null,
      quietHours: { from: '22:00', to: '07:00' },
      consents: [
        { purpose: 'marketing', channel: 'email', state: 'granted', wording: 'granted marketing', wordingVersion: 'w1' },
        { purpose: 'marketing', channel: 'sms', state: 'withdrawn', wording: 'withdrawn marketing', wordingVersion: 'w1' },
      ],
    });
    const after = viewAfter(view, changes);
    expect([cell(after, 'marketing', 'email')?.allowed, cell(after, 'marketing', 'sms')?.allowed]).toEqual([true, false]);
    expect([after.channel?.value, after.language, after.quietHours?.value]).toEqual(['sms', null, { from: '22:00', to: '07:00' }]);
  });

  it.each([
    [{}],
    [{ channel: 'pigeon', 'was.channel': '' }],
    [{ channel: 'zalo', 'was.channel': '' }], // not offered
    [{ timeZone: 'Mars/Olympus', 'was.timeZone': '' }],
    [{ quietFrom: '22:00', quietTo: '', 'was.quietFrom': '', 'was.quietTo': '' }],
    [{ 'consent.transactional.email': '1', 'was.consent.transactional.email': '0' }],
    [{ 'consent.marketing.email': '1' }], // not shown
    [{ '__proto__.x': '1', constructor: 'x' }],
  ])('changes nothing by what it did not offer: %j', (fields) => expect(filled(fields as never)).toEqual({ consents: [] }));

  it.each([
    ['22:00', '07:00', false],
    ['', '', false],
    ['22:00', '', true],
    ['', '07:00', true],
    ['22:00', '22:00', true],
    ['25:00', '07:00', true],
    ['21:00', '06:00', false], // as it was shown
  ])('quiet hours from %j to %j are unclear: %s', (quietFrom, quietTo, unclear) => {
    const fields = { quietFrom, quietTo, 'was.quietFrom': '21:00', 'was.quietTo': '06:00' };
    const found = (more = {}) => unclearQuietHoursIn(new URLSearchParams({ ...fields, ...more }));
    expect(found()).toEqual(unclear ? { from: quietFrom, to: quietTo } : undefined);
    expect(found({ action: 'stop' })).toBeUndefined();
    expect('quietHours' in filled(fields)).toBe(!unclear && quietFrom !== '21:00');
  });

  it('can stop everything but what must be sent', () => {
    const { consents } = filled({ action: 'stop', channel: 'sms', 'was.channel': '' });
    expect(consents.map(({ purpose, channel, state }) => [purpose, channel, state])).toEqual([
      ['service', '*', 'withdrawn'],
      ['survey', '*', 'withdrawn'],
      ['relationship', '*', 'withdrawn'],
      ['marketing', '*', 'withdrawn'],
    ]);
    expect(viewAfter(view, { consents }).consents.some(({ allowed }) => allowed)).toBe(false);
  });
});

describe('changes', () => {
  const said = {
    identifiers: { email: 'ann@example.com' },
    channel: 'web',
    at: AT,
    source: 'preference-centre',
    actor: 'customer',
  } as const;

  it('become interactions of the customer: one that states, one per consent', () => {
    const consents = [{ purpose: 'survey', channel: '*', state: 'withdrawn', wording: 'No', wordingVersion: '1' }] as const;
    expect(interactionsOf({ channel: 'zalo', timeZone: null, consents }, said)).toEqual([
      {
        event: 'Preferences Changed',
        direction: 'inbound',
        at: AT,
        channel: 'web',
        identifiers: said.identifiers,
        traits: { preferredChannel: 'zalo', preferredTimeZone: null },
        properties: { source: 'preference-centre' },
      },
      {
        event: 'Consent Withdrawn',
        direction: 'inbound',
        at: AT,
        channel: 'web',
        identifiers: said.identifiers,
        properties: { purpose: 'survey', channel: '*', wording: 'No', wordingVersion: '1', source: 'preference-centre', actor: 'customer' },
      },
    ]);
    expect(interactionsOf({ consents: [] }, said)).toEqual([]);
  });

  it.each<[unknown, string[]]>([
    [{}, ['']],
    [[], ['']],
    [{ color: 'red' }, ['/color']],
    [
      { channel: 'pigeon', language: 'klingon!', timeZone: 'Mars/Olympus', quietHours: '22-7' },
      ['/channel', '/language', '/timeZone', '/quietHours'],
    ],
    [{ quietHours: { from: '22:00', to: '22:00' } }, ['/quietHours']],
    [{ quietHours: { from: '22:00', to: '07:00', on: 'Sunday' } }, ['/quietHours']],
    [{ consents: 'all' }, ['/consents']],
    [
      { consents: [{ purpose: 'transactional', channel: '*', state: 'maybe', why: 1 }] },
      ['/consents/0/purpose', '/consents/0/state', '/consents/0/why'],
    ],
    [
      { consents: [null, { purpose: 'survey', channel: 'moon', state: 'granted', wording: 7 }] },
      ['/consents/0', '/consents/1/channel', '/consents/1/wording'],
    ],
  ])('%j is refused by pointer', (body, pointers) => {
    const reading = readPreferenceChanges(body);
    expect('errors' in reading && reading.errors.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it.each([
    [{ channel: null, language: 'vi', timeZone: 'Asia/Ho_Chi_Minh', quietHours: { from: '22:00', to: '07:00' } }],
    [{ consents: [{ purpose: 'marketing', channel: '*', state: 'withdrawn' }] }],
  ])('%j is read', (body) => expect(readPreferenceChanges(body)).toEqual({ changes: { consents: [], ...body } }));

  it('offer time zones by the names that people use', () => {
    expect(TIME_ZONES).toEqual(expect.arrayContaining(['Asia/Ho_Chi_Minh', 'Europe/London', 'UTC']));
    expect(TIME_ZONES).not.toContain('Asia/Saigon');
  });
});

describe('a personal link', () => {
  const NOW = new Date(AT);
  const good = { k: 'preferences', t: 'email', a: 'ann@example.com', e: NOW.getTime() / 1_000 + 1 };

  it('is good for what it was made for, until it expires', () => {
    expect(preferencesLinkOf(good, NOW)).toEqual({ kind: 'good', link: good });
    expect(preferencesLinkOf({ ...good, e: NOW.getTime() / 1_000 }, NOW)).toEqual({ kind: 'expired' });
    for (const other of [undefined, { ...good, k: 'confirm' }, { ...good, e: 'never' }, { ...good, a: '' }])
      expect(preferencesLinkOf(other, NOW)).toEqual({ kind: 'bad' });
    expect(confirmLinkOf(good, NOW)).toEqual({ kind: 'bad' });
    // an unsubscribe link opens nothing else
    expect(preferencesLinkOf({ n: 'n1', p: 'p1', c: 'email', t: 'email', a: 'ann@example.com', u: 'marketing' }, NOW)).toEqual({
      kind: 'bad',
    });
  });

  it('confirms as an interaction of the address that was written to', () => {
    const link = { ...good, k: 'confirm' as const, u: 'marketing', r: 'i1', w: '3' };
    expect(confirmed(link, AT)).toMatchObject({
      event: 'Consent Confirmed',
      identifiers: { email: 'ann@example.com' },
      properties: { purpose: 'marketing', channel: 'email', source: 'double-opt-in', wordingVersion: '3', requestId: 'i1' },
    });
  });
});
