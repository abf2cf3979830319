import { describe, expect, it } from '@jest/globals';
import { TOPICS } from '@rapport/contracts';
import { after, interaction, membership, mergedInto, profileId, START, unmerged, updated } from '../testing/facts.js';
import {
  ask,
  database,
  dispatch,
  everything,
  facts,
  harness,
  HOUR,
  know,
  liveJourney,
  notifications,
  see,
  useWorld,
} from '../testing/world.js';

useWorld();

describe('a merge', () => {
  const merge = async (loser: string, survivor: string): Promise<void> => {
    harness.feed(TOPICS.profilesUpdated, profileId(loser), mergedInto({ name: loser, version: 9 }, survivor));
    await harness.run();
  };

  it('moves notifications, runs and counts to the survivor, wherever the clock of either is', async () => {
    await know({ name: 'ann' });
    await know({ name: 'anna' });
    await liveJourney();
    harness.feed(TOPICS.membershipChanged, profileId('anna'), membership('anna', 1));
    await harness.run();
    for (let i = 0; i < 2; i++) await ask('ann', { purpose: 'marketing', template: 'offer' });
    await harness.tick();
    const waiting = await ask('anna', { purpose: 'transactional' });
    await merge('anna', 'ann');
    await harness.tick();
    expect((await see(waiting)).profileId).toBe(profileId('ann'));
    expect(facts(waiting).map((fact) => fact.profileId)).toEqual([profileId('ann')]);
    const offer = await ask('ann', { purpose: 'marketing', template: 'offer' });
    await harness.tick();
    expect(await see(offer)).toMatchObject({ status: 'held_back', reason: 'CAP_REACHED' }); // two of ann's and one of anna's
    harness.feed(TOPICS.membershipChanged, profileId('ann'), membership('ann', 1));
    await harness.run();
    expect((await database.pool.query('SELECT profile_id FROM journey_runs')).rows).toEqual([{ profile_id: profileId('ann') }]);
  });

  it('is followed by what still arrives under the old id', async () => {
    await know({ name: 'ann' });
    await know({ name: 'anna' });
    await merge('anna', 'ann');
    const asking = await ask('anna');
    await liveJourney();
    harness.feed(TOPICS.membershipChanged, profileId('anna'), membership('anna', 1));
    await harness.run();
    await harness.tick();
    expect((await notifications.ofProfile(profileId('ann'), null, 10)).map(({ id: found }) => found)).toEqual(
      expect.arrayContaining([asking]),
    );
    expect((await database.pool.query('SELECT DISTINCT profile_id FROM deliveries')).rows).toEqual([{ profile_id: profileId('ann') }]);
  });

  it('after a merge comes to the same in one batch as in several', async () => {
    for (const name of ['a', 'b', 'c']) harness.feed(TOPICS.profilesUpdated, profileId(name), updated({ name }));
    await harness.run();
    const asking = await ask('a');
    await harness.tick();
    harness.feed(TOPICS.profilesUpdated, profileId('a'), mergedInto({ name: 'a', version: 9 }, 'b'));
    harness.feed(TOPICS.profilesUpdated, profileId('b'), mergedInto({ name: 'b', version: 9 }, 'c'));
    await harness.run();
    expect((await see(asking)).profileId).toBe(profileId('c'));
    expect((await database.pool.query('SELECT profile_id FROM frequency_caps')).rows).toEqual([{ profile_id: profileId('c') }]);
  });
});

describe('an un-merge', () => {
  test.each([
    ['its facts in the order in which they were published', [0, 1]],
    ['the other way round', [1, 0]],
  ])('gives back what was sent to the addresses of each, and what counts against whom: %s', async (_, order) => {
    await know({ name: 'ann' });
    await know({ name: 'anna' });
    for (let i = 0; i < 2; i++) await ask('ann', { purpose: 'marketing', template: 'offer' });
    const annas = await ask('anna', { purpose: 'marketing', template: 'offer' });
    await harness.tick();
    harness.feed(TOPICS.profilesUpdated, profileId('anna'), mergedInto({ name: 'anna', version: 2 }, 'ann'));
    await harness.run();
    expect((await see(annas)).profileId).toBe(profileId('ann'));
    const published = unmerged({ name: 'ann', version: 2 }, { name: 'anna', version: 3 });
    for (const index of order) {
      const fact = published[index]!;
      harness.feed(TOPICS.profilesUpdated, fact.profileId, fact);
      await harness.run();
    }
    expect((await see(annas)).profileId).toBe(profileId('anna'));
    expect((await notifications.ofProfile(profileId('ann'), null, 10)).length).toBe(2);
    const { rows } = await database.pool.query('SELECT json_array_length(touches) AS n FROM frequency_caps ORDER BY n');
    expect(rows).toEqual([{ n: 1 }, { n: 2 }]);
    const [asking, more] = [await ask('anna', { purpose: 'marketing', template: 'offer' }), await ask('ann', { template: 'hello' })];
    await harness.tick();
    expect([await see(asking), await see(more)]).toMatchObject([
      { profileId: profileId('anna'), status: 'queued' },
      { profileId: profileId('ann'), status: 'queued' },
    ]);
  });

  it('that is read after the two were merged again leaves them one', async () => {
    await know({ name: 'ann' });
    await know({ name: 'anna' });
    const annas = await ask('anna', { purpose: 'marketing', template: 'offer' });
    await harness.tick();
    const [split, back] = unmerged({ name: 'ann', version: 2 }, { name: 'anna', version: 3 });
    const merged = (version: number) => mergedInto({ name: 'anna', version }, 'ann');
    for (const fact of [merged(2), back, merged(4), split]) {
      harness.feed(TOPICS.profilesUpdated, fact.profileId, fact);
      await harness.run();
    }
    expect((await see(annas)).profileId).toBe(profileId('ann'));
    const { rows } = await database.pool.query('SELECT merged_into FROM profiles WHERE profile_id = $1', [profileId('anna')]);
    expect(rows).toEqual([{ merged_into: profileId('ann') }]);
  });

  it('starts no journey anew for a person who has had it, whichever fact is read first', async () => {
    await know({ name: 'ann' });
    await know({ name: 'anna' });
    await liveJourney();
    harness.feed(TOPICS.membershipChanged, profileId('anna'), membership('anna', 1));
    await harness.run();
    await harness.tick();
    const [, back] = unmerged({ name: 'ann', version: 2 }, { name: 'anna', version: 3 });
    harness.feed(TOPICS.profilesUpdated, profileId('anna'), mergedInto({ name: 'anna', version: 2 }, 'ann'));
    await harness.run();
    harness.feed(TOPICS.profilesUpdated, back.profileId, back);
    await harness.run();
    harness.feed(TOPICS.membershipChanged, profileId('anna'), membership('anna', 3));
    await harness.run();
    const { rows } = await database.pool.query('SELECT profile_id FROM journey_runs');
    expect(rows).toEqual([{ profile_id: profileId('anna') }]);
  });

  it('that came through another partition before its merge leaves the merge undone', async () => {
    await know({ name: 'ann' });
    await know({ name: 'anna' });
    const [split, back] = unmerged({ name: 'ann', version: 2 }, { name: 'anna', version: 3 });
    harness.feed(TOPICS.profilesUpdated, split.profileId, split);
    await harness.run();
    harness.feed(TOPICS.profilesUpdated, profileId('anna'), mergedInto({ name: 'anna', version: 2 }, 'ann'));
    harness.feed(TOPICS.profilesUpdated, back.profileId, back);
    await harness.run();
    const { rows } = await database.pool.query('SELECT merged_into FROM profiles');
    expect(rows).toEqual([{ merged_into: null }, { merged_into: null }]);
  });
});

describe('facts', () => {
  it('delivered again change nothing and send nothing', async () => {
    await know({ name: 'ann', visitedAt: START });
    await liveJourney();
    harness.feed(TOPICS.membershipChanged, profileId('ann'), membership('ann', 1));
    const asking = await ask('ann');
    await harness.run();
    await harness.tick();
    await dispatch('sent');
    await know({ name: 'ann', version: 2, visitedAt: START }, [interaction('Email Link Clicked', { notificationId: asking })]);
    const [before, published] = [await everything(), harness.published.length];
    await harness.redeliver();
    await harness.tick();
    expect([await everything(), harness.published.length]).toEqual([before, published]);
  });

  it('older than what is known are not taken over, their interactions are', async () => {
    await know({ name: 'ann', version: 5, traits: { preferredChannel: 'email' } });
    const asking = await ask('ann');
    await harness.tick();
    await know({ name: 'ann', version: 3, traits: { preferredChannel: 'phone' } }, [
      interaction('Email Link Clicked', { notificationId: asking }),
    ]);
    const { rows } = await database.pool.query('SELECT version, snapshot FROM profiles JOIN profile_projections USING (profile_id)');
    expect(rows).toEqual([{ version: 5, snapshot: expect.objectContaining({ preferredChannel: 'email' }) }]);
    expect((await see(asking)).status).toBe('answered');
  });

  it('that change nothing relevant write nothing but their version', async () => {
    await know({ name: 'ann', visitedAt: START });
    const projection = async () => (await database.pool.query('SELECT xmin, updated_at FROM profile_projections')).rows;
    const before = await projection();
    harness.now = after(HOUR);
    await know({ name: 'ann', version: 2, visitedAt: after(HOUR) }, [interaction('Order Completed')]);
    expect([await projection(), (await database.pool.query('SELECT version FROM profiles')).rows]).toEqual([before, [{ version: 2 }]]);
  });

  it('that cannot be read are dead letters', async () => {
    harness.feedRaw(TOPICS.profilesUpdated.name, 'x', Buffer.from('{"profileId":'));
    harness.feedRaw(TOPICS.membershipChanged.name, 'x', Buffer.from(JSON.stringify({ profileId: profileId('ann') })));
    await harness.run();
    expect(harness.deadLetters()).toHaveLength(2);
  });

  it('an erasure forgets everything', async () => {
    await know({ name: 'ann' });
    await ask('ann');
    await harness.tick();
    harness.feed(TOPICS.profilesUpdated, profileId('ann'), null);
    await harness.run();
    await harness.tick();
    expect((await everything()) as unknown[][]).toEqual([[], [], [], [], [], [], [], []]);
  });
});
