import { describe, expect, it } from '@jest/globals';
import { TOPICS } from '@rapport/contracts';
import { after, membership, point, profileId, SEGMENT, START } from '../testing/facts.js';
import {
  ask,
  count,
  database,
  dispatch,
  facts,
  harness,
  HOUR,
  journeys,
  know,
  liveJourney,
  notifications,
  repeatLastId,
  see,
  statuses,
  useWorld,
} from '../testing/world.js';

useWorld();

describe('a request', () => {
  it('is decided by the clock, queued for the dispatcher, and told', async () => {
    await know({ name: 'ann', visitedAt: START });
    const asking = await ask('ann');
    expect((await see(asking)).status).toBe('requested');
    expect(await harness.tick()).toBe(1);
    const seen = await see(asking);
    expect(seen).toMatchObject({
      status: 'queued',
      decision: { propensity: 1, modelVersion: 'priors-2' },
      deliveries: [{ channel: 'in_app', status: 'queued', attempts: 1 }],
      cause: { kind: 'request' },
    });
    expect(seen.decision?.ranked[0]).toMatchObject({ channel: 'in_app', address: 'ann', terms: { engage: expect.any(Number), cost: 0 } });
    expect(facts(asking)).toEqual([expect.objectContaining({ status: 'queued', channel: 'in_app', decision: seen.decision })]);
    expect(await harness.tick()).toBe(0);
    expect(await dispatch('sent')).toEqual(['in_app']);
    expect([(await see(asking)).status, statuses(asking)]).toEqual(['sent', ['queued', 'sent']]);
  });

  it('is decided as POST /decisions said it would be', async () => {
    await know({ name: 'ann', visitedAt: START });
    const known = await notifications.circumstances(profileId('ann'), 'hello', START);
    expect(known).toMatchObject({
      customer: { profileId: profileId('ann') },
      templates: new Map([
        ['hello', { name: 'hello', defaultLocale: 'vi', locales: { vi: { email: true, in_app: true, phone: true }, en: { email: true } } }],
      ]),
    });
  });

  it('gives the dispatcher all that it needs: language, label, traits and the matter', async () => {
    await know({ name: 'ann' });
    await ask('ann', { purpose: 'marketing', template: 'offer', data: { code: 'X1' } });
    await harness.tick();
    const { rows } = await database.pool.query(
      'SELECT channel, address, template, locale, label, data, customer, context, not_before FROM deliveries',
    );
    expect(rows).toEqual([
      {
        channel: 'email',
        address: 'ann@example.com',
        template: 'offer',
        locale: 'vi',
        label: '[QC]',
        data: { code: 'X1' },
        customer: { id: profileId('ann'), traits: expect.objectContaining({ name: 'ann' }) },
        context: expect.objectContaining({ urgency: 'normal', complexity: 'simple', timeZone: 'Asia/Ho_Chi_Minh' }),
        not_before: START,
      },
    ]);
  });

  it('waits for a customer of whom nothing is known yet, and not for ever', async () => {
    const [early, lost] = [await ask('ann'), await ask('nobody')];
    await harness.tick();
    expect((await see(early)).status).toBe('requested');
    await know({ name: 'ann' });
    await harness.tick(after(1_000));
    expect((await see(early)).status).toBe('queued');
    for (let seconds = 2; seconds <= 31; seconds++) await harness.tick(after(seconds * 1_000));
    expect([(await see(lost)).status, (await see(lost)).reason, statuses(lost)]).toEqual(['held_back', 'PROFILE_UNKNOWN', ['held_back']]);
  });

  it('is held back with every reason when nothing may be used', async () => {
    await know({ name: 'ann', consents: [], contactPoints: [point('email', 'ann@example.com')] });
    const asking = await ask('ann', { purpose: 'marketing' });
    await harness.tick();
    expect(await see(asking)).toMatchObject({ status: 'held_back', reason: 'NO_CONSENT', deliveries: [], dueAt: null });
    expect(facts(asking)[0]).toMatchObject({
      status: 'held_back',
      reason: 'NO_CONSENT',
      decision: {
        ranked: [],
        rejected: expect.arrayContaining([
          { channel: 'email', code: 'NO_CONSENT' },
          { channel: 'phone', code: 'NO_ADDRESS' },
        ]),
      },
    });
  });

  it('made twice under one id is one', async () => {
    await know({ name: 'ann' });
    const asking = await ask('ann');
    repeatLastId();
    await ask('ann');
    await harness.tick();
    expect([await count('notifications'), await count('deliveries'), statuses(asking)]).toEqual([1, 1, ['queued']]);
  });

  it('waits until the customer’s quiet hours end, on his own clock, unless it would be too late then', async () => {
    await know({ name: 'ann', traits: { quietHours: '09:00-12:00' } });
    const [survey, late] = [
      await ask('ann', { purpose: 'survey' }),
      await ask('ann', { purpose: 'survey', expiresAt: after(HOUR).toISOString() }),
    ];
    await harness.tick();
    expect(await see(survey)).toMatchObject({ status: 'waiting', dueAt: '2026-01-15T05:00:00.000Z' });
    await harness.tick(after(HOUR));
    expect((await see(late)).status).toBe('expired');
    await harness.tick(after(2 * HOUR - 1));
    expect([statuses(survey), await count('deliveries')]).toEqual([[], 0]);
    await harness.tick(after(2 * HOUR));
    expect((await see(survey)).status).toBe('queued');
  });
});

describe('a journey', () => {
  it('is entered once for one fact, whatever is delivered again, and its steps are taken once', async () => {
    await know({ name: 'ann' });
    await liveJourney();
    harness.feed(TOPICS.membershipChanged, profileId('ann'), membership('ann', 1));
    await harness.run();
    expect([await count('journey_runs'), await count('journey_run_steps'), await count('deliveries')]).toEqual([1, 1, 1]);
    await harness.redeliver();
    harness.feed(TOPICS.membershipChanged, profileId('ann'), membership('ann', 1)); // the same fact as another record
    await harness.run();
    expect([await count('journey_runs'), await count('deliveries')]).toEqual([1, 1]);
    const [sent] = await notifications.ofProfile(profileId('ann'), null, 10);
    expect(sent).toMatchObject({
      status: 'queued',
      purpose: 'marketing',
      cause: { kind: 'journey', step: 0, segmentId: SEGMENT, segmentSequence: 1 },
      deliveries: [{ channel: 'email' }],
    });
  });

  it('lets a customer in again only where it says so', async () => {
    await know({ name: 'ann' });
    const [once, always] = [await liveJourney(), await liveJourney({ reentry: 'always' })];
    for (const sequence of [1, 2, 3]) harness.feed(TOPICS.membershipChanged, profileId('ann'), membership('ann', sequence));
    await harness.run();
    const { rows } = await database.pool.query('SELECT journey_id, count(*)::int AS runs FROM journey_runs GROUP BY 1');
    expect(new Map(rows.map(({ journey_id, runs }) => [journey_id, runs]))).toEqual(
      new Map([
        [once, 1],
        [always, 2],
      ]),
    );
  });

  it('runs on its published version; a draft, a paused and an archived one start nothing', async () => {
    await know({ name: 'ann' });
    const journeyId = await liveJourney({ reentry: 'always' });
    const {
      id: _id,
      state: _state,
      version: _version,
      liveVersion: _live,
      createdAt: _c,
      updatedAt: _u,
      ...definition
    } = (await journeys.find(journeyId))!;
    await journeys.edit(journeyId, { ...definition, name: 'second' }, START);
    harness.feed(TOPICS.membershipChanged, profileId('ann'), membership('ann', 1));
    await harness.run();
    await journeys.publish(journeyId, START);
    harness.feed(TOPICS.membershipChanged, profileId('ann'), membership('ann', 3));
    await harness.run();
    await journeys.setState(journeyId, ['live'], 'paused', START);
    harness.feed(TOPICS.membershipChanged, profileId('ann'), membership('ann', 5));
    await harness.run();
    expect((await database.pool.query('SELECT journey_version AS v FROM journey_runs ORDER BY 1')).rows).toEqual([{ v: 1 }, { v: 2 }]);
  });

  it('waits for a customer of whom nothing is known yet', async () => {
    await liveJourney();
    harness.feed(TOPICS.membershipChanged, profileId('ann'), membership('ann', 1));
    await harness.run();
    await know({ name: 'ann' });
    await harness.tick(after(1_000));
    expect(await count('deliveries')).toBe(1);
  });
});
