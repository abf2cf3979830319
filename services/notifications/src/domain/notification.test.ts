import { describe, expect, it } from '@jest/globals';
import type { Interaction } from '@rapport/contracts';
import fc from 'fast-check';
import { addSuppression, countEngagement, mergeFeedback, signalOf, suppressionOf } from './feedback.js';
import { type Feedback, NO_FEEDBACK } from './customer.js';
import { afterOutcome, ATTEMPTS_MAX, retryAfterMs } from './notification.js';

const NOW = new Date('2026-03-10T12:00:00.000Z');

describe('what follows from an outcome', () => {
  it('never risks a second advertisement, and never loses what the customer needs', () => {
    const lost = { status: 'ambiguous', retryable: true } as const;
    expect(afterOutcome(lost, 'marketing', 1, NOW)).toEqual({ kind: 'give_up', status: 'ambiguous' });
    expect(afterOutcome(lost, 'survey', 1, NOW).kind).toBe('give_up');
    expect(afterOutcome(lost, 'transactional', 1, NOW)).toEqual({ kind: 'retry', notBefore: new Date(NOW.getTime() + 2_000) });
    expect(afterOutcome(lost, 'transactional', ATTEMPTS_MAX, NOW)).toEqual({ kind: 'next_channel', status: 'failed' });
  });

  it('tries again what may pass, and turns to the next channel for what does not', () => {
    expect(afterOutcome({ status: 'failed', retryable: true }, 'marketing', 2, NOW).kind).toBe('retry');
    expect(afterOutcome({ status: 'failed', retryable: false }, 'marketing', 1, NOW)).toEqual({ kind: 'next_channel', status: 'failed' });
    expect(afterOutcome({ status: 'bounced', retryable: false }, 'service', 1, NOW)).toEqual({ kind: 'next_channel', status: 'bounced' });
    expect([1, 2, 3, 20].map(retryAfterMs)).toEqual([2_000, 4_000, 8_000, 300_000]);
  });
});

describe('what comes back', () => {
  const interaction = (event: string, more: Partial<Interaction> = {}): Interaction =>
    ({ event, properties: {}, direction: 'inbound', channel: 'email', notificationId: 'n', ...more }) as Interaction;

  it.each<[Interaction, string]>([
    [interaction('Email Link Clicked'), 'answered'],
    [interaction('Email Opened'), 'none'],
    [interaction('Unsubscribed'), 'unsubscribed'],
    [interaction('Task Completed', { properties: { outcome: 'resolved' } }), 'answered'],
    [interaction('Task Completed', { properties: { outcome: 'no_answer' } }), 'unreached'],
    [interaction('Email Bounced', { notificationId: 'n', properties: { bounceType: 'hard' } }), 'bounced'],
    [interaction('Email Bounced', { notificationId: 'n', properties: { bounceType: 'soft' } }), 'undelivered'],
    [interaction('Email Rejected', { notificationId: 'n' }), 'undelivered'],
    [interaction('Email Received', { notificationId: 'n', direction: 'inbound' }), 'answered'],
    [interaction('Email Auto-Replied', { notificationId: 'n', direction: 'inbound' }), 'none'],
    [interaction('Task Completed', { properties: { outcome: 'do_not_call' }, notificationId: undefined }), 'do_not_call'],
    [interaction('Message Received'), 'answered'],
    [interaction('Order Completed', { notificationId: undefined }), 'none'],
    [interaction('constructor'), 'answered'],
  ])('is understood by one table', (given, signal) => {
    expect(signalOf(given)).toBe(signal);
  });

  it('folds in any order and over any merge to the same', () => {
    const act = fc.tuple(
      fc.constantFrom('sent' as const, 'answered' as const, 'against' as const, 'suppress' as const),
      fc.constantFrom('email' as const, 'phone' as const),
      fc.integer({ min: 0, max: 9 }),
    );
    const fold = (acts: [string, 'email' | 'phone', number][]): Feedback =>
      acts.reduce(
        (feedback, [what, channel, day]) =>
          what === 'suppress'
            ? addSuppression(feedback, suppressionOf('complained', channel, `2026-01-0${day}T00:00:00.000Z`)!)
            : countEngagement(feedback, channel, 'service', what as 'sent'),
        NO_FEEDBACK,
      );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 20 }), fc.nat(20), (acts, cut) => {
        expect(mergeFeedback(fold(acts.slice(cut)), fold(acts.slice(0, cut)))).toEqual(fold(acts));
        expect(fold([...acts].reverse())).toEqual(fold(acts));
      }),
    );
  });
});
