import { describe, expect, it } from '@jest/globals';
import { type JourneyRun, mayEnter, parseJourney } from './journey.js';

const SEGMENT = '01900000-0000-7000-8000-000000000009';
const NOTIFY = { notify: { template: 'win-back', purpose: 'marketing', urgency: 'low' } };
const JOURNEY = { name: 'Win back', trigger: { segment: SEGMENT, on: 'entered' }, steps: [NOTIFY] };
const NOW = new Date('2026-03-10T12:00:00.000Z');

describe('a journey as a person writes it', () => {
  it('is read, and lets a customer in once unless it says otherwise', () => {
    expect(parseJourney(JOURNEY)).toEqual({ kind: 'ok', definition: { ...JOURNEY, reentry: 'once' } });
  });

  it('names everything that is wrong at once', () => {
    const wrong = {
      name: '',
      trigger: { segment: 'vip', on: 'sometimes' },
      steps: [{ notify: { template: '', purpose: 'spam', urgency: 'low', colour: 1 } }, {}],
      reentry: { after: {} },
      more: 1,
    };
    const parsed = parseJourney(wrong);
    expect(parsed.kind === 'invalid' && parsed.errors.map(({ pointer }) => pointer)).toEqual([
      '/more',
      '/name',
      '/trigger/segment',
      '/trigger/on',
      '/steps/0/notify/template',
      '/steps/0/notify/purpose',
      '/steps/0/notify/colour',
      '/steps/1',
      '/reentry',
    ]);
  });

  it.each([
    [{ ...JOURNEY, trigger: { schedule: 'daily' } }, '/trigger/schedule'],
    [{ ...JOURNEY, steps: [NOTIFY, { wait: { hours: 1 } }] }, '/steps/1/wait'],
  ])('says what a later version will understand', (body, pointer) => {
    const parsed = parseJourney(body);
    expect(parsed.kind === 'unsupported' && parsed.errors.map((error) => error.pointer)).toEqual([pointer]);
  });
});

describe('entering a journey', () => {
  const run = (triggerKey: string, hoursAgo: number, state: JourneyRun['state'] = 'completed'): JourneyRun => ({
    id: 'r',
    journeyId: 'j',
    triggerKey,
    state,
    startedAt: new Date(NOW.getTime() - hoursAgo * 3_600_000),
  });

  it('starts at most one run for one fact, whatever the rule', () => {
    expect(mayEnter([], 'k1', 'once', NOW)).toBe(true);
    for (const reentry of ['once', 'always', { after: { minutes: 1 } }] as const)
      expect(mayEnter([run('k1', 100)], 'k1', reentry, NOW)).toBe(false);
  });

  it('follows the rule for a later fact', () => {
    expect(mayEnter([run('k1', 100)], 'k2', 'once', NOW)).toBe(false);
    expect(mayEnter([run('k1', 100)], 'k2', 'always', NOW)).toBe(true);
    expect(mayEnter([run('k1', 100, 'active')], 'k2', 'always', NOW)).toBe(false);
    expect(mayEnter([run('k1', 23)], 'k2', { after: { days: 1 } }, NOW)).toBe(false);
    expect(mayEnter([run('k1', 24)], 'k2', { after: { days: 1 } }, NOW)).toBe(true);
  });
});
