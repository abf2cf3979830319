import { describe, expect, it } from '@jest/globals';
import { PURPOSES } from '@rapport/contracts';
import fc from 'fast-check';
import type { SendResult } from '../channels/channel.js';
import { ATTEMPTS_MAX } from '../domain/notification.js';
import { type Attempt, afterAttempt } from './after-attempt.js';
import { afterFault, afterSuccess, type Circuit, HEALTHY, stateOf } from './circuit-breaker.js';

const NOW = new Date('2026-03-01T09:00:00.000Z');
const later = (ms: number): Date => new Date(NOW.getTime() + ms);
const attempt = (over: Partial<Attempt> = {}): Attempt => ({
  purpose: 'service',
  attempt: 1,
  expiresAt: null,
  frozenAt: NOW,
  idempotencyKeyLifeMs: 0,
  ...over,
});
const UNKNOWN: SendResult = { kind: 'unknown', code: 'TIMEOUT' };
const BUSY: SendResult = { kind: 'rejected', code: 'HTTP_503', retryable: true };

describe('after an attempt', () => {
  it('what was accepted is sent', () => {
    expect(afterAttempt({ kind: 'accepted', providerMessageId: 'x' }, attempt(), NOW, 0)).toEqual({ kind: 'sent', providerMessageId: 'x' });
  });
  it('what will never be accepted has failed; a wrong address has bounced', () => {
    expect(afterAttempt({ kind: 'rejected', code: 'TOO_LARGE', retryable: false }, attempt(), NOW, 0)).toEqual({
      kind: 'failed',
      code: 'TOO_LARGE',
    });
    expect(afterAttempt({ kind: 'rejected', code: 'ADDRESS_UNKNOWN', retryable: false }, attempt(), NOW, 0)).toEqual({
      kind: 'bounced',
      code: 'ADDRESS_UNKNOWN',
    });
  });
  it.each([
    ['transactional', 'retry'],
    ['service', 'retry'],
    ['survey', 'ambiguous'],
    ['relationship', 'ambiguous'],
    ['marketing', 'ambiguous'],
  ] as const)('an unanswered %s message: %s', (purpose, kind) => {
    expect(afterAttempt(UNKNOWN, attempt({ purpose }), NOW, 0).kind).toBe(kind);
  });
  it('any purpose is repeated while the receiver recognises the key, and not after', () => {
    const marketing = attempt({ purpose: 'marketing', idempotencyKeyLifeMs: 3_600_000 });
    expect(afterAttempt(UNKNOWN, marketing, later(1_000), 0).kind).toBe('retry');
    expect(afterAttempt(UNKNOWN, marketing, later(3_600_000 - 59_000), 0).kind).toBe('ambiguous');
  });
  it('waits as long as the provider asks, and does not try beyond the expiry', () => {
    expect(afterAttempt({ ...BUSY, retryAfterMs: 90_000 }, attempt(), NOW, 0)).toMatchObject({ kind: 'retry', afterMs: 90_000 });
    expect(afterAttempt({ ...BUSY, retryAfterMs: 90_000 }, attempt({ expiresAt: later(80_000) }), NOW, 0)).toEqual({
      kind: 'failed',
      code: 'EXPIRED',
    });
  });
  it('attempts end, back-off grows and is spread, and nothing is repeated that may not be', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PURPOSES),
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.constantFrom(UNKNOWN, BUSY),
        (purpose, number, jitter, result) => {
          const step = afterAttempt(result, attempt({ purpose, attempt: number }), NOW, jitter);
          if (step.kind === 'retry') {
            expect(number).toBeLessThan(ATTEMPTS_MAX);
            expect(step.afterMs).toBeGreaterThanOrEqual(1_000);
            expect(step.afterMs).toBeLessThanOrEqual(450_000);
            if (result.kind === 'unknown') expect(['transactional', 'service']).toContain(purpose);
          } else expect(['failed', 'ambiguous']).toContain(step.kind);
        },
      ),
    );
  });
});

describe('circuit breaker', () => {
  const faults = (count: number, from: Circuit = HEALTHY): Circuit =>
    Array.from({ length: count }).reduce<Circuit>((circuit) => afterFault(circuit, NOW), from);
  it('opens after five faults in a row, not before', () => {
    expect(stateOf(faults(4), NOW)).toBe('closed');
    expect(stateOf(faults(5), NOW)).toBe('open');
    expect(stateOf(faults(5), later(5_001))).toBe('probing');
  });
  it('answers to calls that were under way do not make it longer', () => {
    expect(faults(40).downUntil).toEqual(faults(5).downUntil);
  });
  it('a failed probe opens it for twice as long, a success closes it', () => {
    const again = afterFault(faults(5), later(6_000));
    expect(again.downUntil).toEqual(later(16_000));
    expect(afterSuccess()).toEqual(HEALTHY);
  });
  it('is never open for more than five minutes', () => {
    let circuit = faults(5);
    for (let at = NOW.getTime(); circuit.trips < 20; ) {
      at = (circuit.downUntil?.getTime() ?? at) + 1;
      circuit = afterFault(circuit, new Date(at));
      expect((circuit.downUntil?.getTime() ?? 0) - at).toBeLessThanOrEqual(300_000);
    }
  });
});
