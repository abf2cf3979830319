import { describe, expect, it } from '@jest/globals';
import { after, consent, interaction, point, START } from '../testing/facts.js';
import { ask, count, database, dispatch, harness, HOUR, know, MINUTE, see, statuses, useWorld } from '../testing/world.js';

useWorld();

describe('after the hand-over', () => {
  it('a channel that fails leads to the next one, until none is left', async () => {
    await know({ name: 'ann', visitedAt: START });
    const asking = await ask('ann', { complexity: 'complex' });
    await harness.tick();
    const used: string[] = [];
    for (let i = 0; i < 3; i++) used.push(...(await dispatch('failed', 'REFUSED')));
    expect(used).toEqual(['phone', 'email', 'in_app']);
    expect(await see(asking)).toMatchObject({ status: 'failed', reason: 'REFUSED', dueAt: null });
    expect(statuses(asking)).toEqual(['queued', 'failed', 'queued', 'failed', 'queued', 'failed', 'failed']);
    expect((await database.pool.query('SELECT touches FROM frequency_caps')).rows).toEqual([{ touches: [] }]);
  });

  it('silence leads to the next channel where the customer needs the message, an answer calls it off', async () => {
    await know({ name: 'ann', visitedAt: START });
    const [silent, heard] = [await ask('ann'), await ask('ann')];
    await harness.tick();
    await dispatch('sent');
    await know({ name: 'ann', version: 2, visitedAt: START }, [
      interaction('Email Opened', { notificationId: silent }),
      interaction('Inbox Message Read', { notificationId: heard, channel: 'in_app' }),
    ]);
    expect(await see(heard)).toMatchObject({ status: 'answered', dueAt: null });
    await harness.tick(after(24 * HOUR));
    expect((await see(silent)).deliveries.map(({ channel }) => channel)).toEqual(['in_app', 'email']);
    expect((await see(heard)).deliveries).toHaveLength(1);
    await dispatch('sent');
    await harness.tick(after(30 * 24 * HOUR));
    expect(await see(silent)).toMatchObject({ status: 'sent', dueAt: null });
  });

  it('silence after an advertisement leads to nothing', async () => {
    await know({ name: 'ann', visitedAt: START });
    const asking = await ask('ann', { purpose: 'marketing' });
    await harness.tick();
    await dispatch('sent');
    await harness.tick(after(30 * 24 * HOUR));
    expect([await see(asking), await count('deliveries')]).toEqual([expect.objectContaining({ status: 'sent', dueAt: null }), 1]);
  });

  it('what is not sent in time is taken back before another channel is used', async () => {
    await know({ name: 'ann', visitedAt: START });
    const asking = await ask('ann', { urgency: 'critical' });
    await harness.tick();
    await harness.tick(after(10 * MINUTE));
    expect((await see(asking)).deliveries.map(({ status }) => status)).toEqual(['cancelled', 'queued']);
    expect(statuses(asking)).toEqual(['queued', 'cancelled', 'queued']);
  });

  it('waits while the dispatcher has it in its hands', async () => {
    await know({ name: 'ann', visitedAt: START });
    const asking = await ask('ann', { urgency: 'critical' });
    await harness.tick();
    await database.pool.query(`UPDATE deliveries SET status = 'dispatching'`);
    await harness.tick(after(10 * MINUTE));
    expect((await see(asking)).deliveries.map(({ status }) => status)).toEqual(['dispatching']);
  });

  it('does not risk a second advertisement, and sends again what the customer needs', async () => {
    await know({ name: 'ann' });
    const [offer, needed] = [await ask('ann', { purpose: 'marketing', template: 'offer' }), await ask('ann', { purpose: 'transactional' })];
    await harness.tick();
    await dispatch('ambiguous', 'NO_ANSWER');
    expect(await see(offer)).toMatchObject({ status: 'ambiguous', dueAt: null, deliveries: [{ status: 'ambiguous', attempts: 1 }] });
    expect(await see(needed)).toMatchObject({ status: 'queued', deliveries: [{ status: 'queued', attempts: 2 }] });
    await harness.tick(after(3 * HOUR));
    expect(await dispatch('sent')).toEqual(['email']);
    expect([(await see(offer)).status, (await see(needed)).status]).toEqual(['ambiguous', 'sent']);
  });

  it('a provider that refuses an address for good is not asked again', async () => {
    await know({ name: 'ann', contactPoints: [point('email', 'ann@example.com')] });
    await ask('ann');
    await harness.tick();
    await dispatch('bounced', 'MAILBOX_UNKNOWN');
    const again = await ask('ann', { purpose: 'transactional' });
    await harness.tick();
    expect(await see(again)).toMatchObject({ status: 'held_back', reason: 'SUPPRESSED' });
  });

  it('does not choose a channel whose provider is down, and waits when there is no other', async () => {
    await know({ name: 'ann', contactPoints: [point('email', 'ann@example.com')] });
    await database.pool.query(`INSERT INTO provider_health (channel, down_until, updated_at) VALUES ('email', $1, now())`, [after(MINUTE)]);
    const asking = await ask('ann');
    await harness.tick();
    expect(await see(asking)).toMatchObject({ status: 'waiting', dueAt: after(MINUTE).toISOString() });
    await harness.tick(after(MINUTE));
    expect((await see(asking)).status).toBe('queued');
  });
});

describe('what customers do changes the next decision', () => {
  it('a person who did not reach the customer hands over to the next channel', async () => {
    await know({ name: 'ann' });
    const asking = await ask('ann', { complexity: 'complex' });
    await harness.tick();
    await dispatch('sent');
    await know({ name: 'ann', version: 2 }, [
      interaction('Task Completed', {
        channel: 'phone',
        direction: 'outbound',
        notificationId: asking,
        properties: { outcome: 'no_answer' },
      }),
    ]);
    await harness.tick();
    expect((await see(asking)).deliveries.map(({ channel }) => channel)).toEqual(['phone', 'email']);
    expect(statuses(asking)).toEqual(['queued', 'sent', 'failed', 'queued']);
  });

  it.each([
    ['hard', { status: 'held_back', reason: 'SUPPRESSED' }],
    ['soft', { status: 'queued' }],
  ])('a %s bounce: whether the address is used again', async (bounceType, expected) => {
    await know({ name: 'ann', contactPoints: [point('email', 'ann@example.com')] });
    const bounced = await ask('ann');
    await harness.tick();
    await dispatch('sent');
    await know({ name: 'ann', version: 2, contactPoints: [point('email', 'ann@example.com')] }, [
      interaction('Email Bounced', { direction: 'outbound', notificationId: bounced, properties: { bounceType } }),
    ]);
    const again = await ask('ann', { purpose: 'transactional' });
    await harness.tick();
    expect(await see(again)).toMatchObject(expected);
  });

  it('an out-of-office note answers nothing', async () => {
    await know({ name: 'ann' });
    const asking = await ask('ann');
    await harness.tick();
    await dispatch('sent');
    await know({ name: 'ann', version: 2 }, [interaction('Email Auto-Replied', { notificationId: asking })]);
    expect(await see(asking)).toMatchObject({ status: 'sent' });
    await know({ name: 'ann', version: 3 }, [interaction('Email Received', { notificationId: asking })]);
    expect(await see(asking)).toMatchObject({ status: 'answered' });
  });

  it('a customer who asks not to be called is not called', async () => {
    await know({ name: 'ann' });
    const asking = await ask('ann', { complexity: 'complex' });
    await harness.tick();
    await dispatch('sent');
    await know({ name: 'ann', version: 2 }, [
      interaction('Call Ended', { channel: 'phone', notificationId: asking, properties: { outcome: 'do_not_call' } }),
    ]);
    const next = await ask('ann', { complexity: 'complex' });
    await harness.tick();
    expect(await see(next)).toMatchObject({
      deliveries: [{ channel: 'email' }],
      decision: { rejected: expect.arrayContaining([{ channel: 'phone', code: 'DO_NOT_CALL' }]) },
    });
  });

  it('an opt-out takes back what is queued, at once', async () => {
    await know({ name: 'ann' });
    const [offer, needed] = [await ask('ann', { purpose: 'marketing', template: 'offer' }), await ask('ann', { purpose: 'transactional' })];
    await harness.tick();
    await know({ name: 'ann', version: 2, consents: [consent('marketing', 'withdrawn', after(1))] }, [
      interaction('Unsubscribed', { notificationId: offer }),
    ]);
    await harness.tick(after(1_000));
    expect(await see(offer)).toMatchObject({ deliveries: [{ status: 'cancelled' }] });
    expect((await see(needed)).status).toBe('queued');
    expect(await dispatch('sent')).toEqual(['email']);
    const next = await ask('ann', { purpose: 'marketing', template: 'offer' });
    await harness.tick();
    expect(await see(next)).toMatchObject({ status: 'held_back', reason: 'NO_CONSENT' });
  });

  it('clicks raise a channel for this customer', async () => {
    await know({ name: 'ann', visitedAt: START });
    for (let i = 0; i < 3; i++) {
      const asking = await ask('ann', { channels: ['email'] });
      await harness.tick();
      await dispatch('sent');
      await know({ name: 'ann', version: 2 + i, visitedAt: START }, [interaction('Email Link Clicked', { notificationId: asking })]);
    }
    const asking = await ask('ann');
    await harness.tick(after(8 * 24 * HOUR)); // rested
    expect((await see(asking)).deliveries[0]?.channel).toBe('email');
  });
});
