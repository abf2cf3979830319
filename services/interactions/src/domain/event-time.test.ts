import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CLOCK_SKEW_MAX_MS, eventTime, parseTime } from './event-time.js';

const received = Date.parse('2026-01-15T09:00:00.000Z');
const at = (sentAt: unknown, original: unknown) => eventTime(received, sentAt, original).toISOString();

describe('when it happened', () => {
  it.each([
    ['no time of its own', undefined, undefined, '2026-01-15T09:00:00.000Z'],
    ['sent at once', '2026-01-15T08:59:59.000Z', '2026-01-15T08:59:59.000Z', '2026-01-15T09:00:00.000Z'],
    ['kept for a minute', '2026-01-15T08:59:59.000Z', '2026-01-15T08:58:59.000Z', '2026-01-15T08:59:00.000Z'],
    ['a clock that is a year behind', '2025-01-15T09:00:00.000Z', '2025-01-15T08:59:30.000Z', '2026-01-15T08:59:30.000Z'],
    ['a clock that is a year ahead', '2027-01-15T09:00:00.000Z', '2027-01-15T08:59:30.000Z', '2026-01-15T08:59:30.000Z'],
    ['history', '2026-01-15T09:00:00.000Z', '2010-12-01T08:26:00.000Z', '2010-12-01T08:26:00.000Z'],
    ['without sentAt the word counts', undefined, '2026-01-15T08:00:00+07:00', '2026-01-15T01:00:00.000Z'],
    ['a clock a little ahead', undefined, '2026-01-15T09:00:03.000Z', '2026-01-15T09:00:03.000Z'],
    ['tomorrow', undefined, '2026-01-16T09:00:00.000Z', '2026-01-15T09:00:00.000Z'],
    ['the year 9999', undefined, '9999-12-31T23:59:59.999Z', '2026-01-15T09:00:00.000Z'],
    ['the year 1', undefined, '0001-01-01T00:00:00.000Z', '2000-01-01T00:00:00.000Z'],
    ['milliseconds as a number', undefined, Date.parse('2026-01-15T08:00:00.000Z'), '2026-01-15T08:00:00.000Z'],
    ['nonsense', 'yesterday', 'soon', '2026-01-15T09:00:00.000Z'],
    ['a nonsense sentAt', 'yesterday', '2026-01-15T08:00:00.000Z', '2026-01-15T08:00:00.000Z'],
  ])('%s', (_, sentAt, original, expected) => expect(at(sentAt, original)).toBe(expected));

  it('is never before 2000 nor after its receipt, whatever the clocks say', () => {
    const time = fc.oneof(
      fc.string(),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.double(),
      fc.anything(),
    );
    fc.assert(
      fc.property(time, time, (sentAt, original) => {
        const ms = eventTime(received, sentAt, original).getTime();
        expect(ms >= Date.UTC(2000, 0, 1) && ms <= received + CLOCK_SKEW_MAX_MS).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('does not depend on the error of the sender’s clock', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: -1e11, max: 1e11 }), (age, error) => {
        const sent = received + error;
        expect(eventTime(received, new Date(sent).toISOString(), new Date(sent - age).toISOString()).getTime()).toBe(received - age);
      }),
    );
  });

  it('reads only what looks like a time', () => {
    expect([parseTime('1'), parseTime('Mon, 25 Dec 1995'), parseTime(Number.POSITIVE_INFINITY), parseTime(9e15), parseTime({})]).toEqual(
      Array(5).fill(undefined),
    );
  });
});
