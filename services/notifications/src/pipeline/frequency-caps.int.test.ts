import { describe, expect, it } from '@jest/globals';
import { GROUPS, TOPICS } from '@rapport/contracts';
import { PartitionProcessor, PostgresStreamStore } from '@rapport/platform';
import { PipelineHarness } from '@rapport/testkit';
import { PostgresDecisionStore } from '../persistence/postgres-decision-store.js';
import { after, profileId, START } from '../testing/facts.js';
import { ask, count, database, dispatch, harness, HOUR, know, PARTITIONS, pipeline, SETTINGS, useWorld } from '../testing/world.js';
import { DecideNotificationsPipeline } from './decide-notifications.pipeline.js';

useWorld();

describe('frequency caps', () => {
  const offers = async (name: string, n: number): Promise<void> => {
    for (let i = 0; i < n; i++) await ask(name, { purpose: 'marketing', template: 'offer' });
  };
  const advertised = async (): Promise<number> =>
    (await database.pool.query(`SELECT FROM deliveries WHERE purpose = 'marketing' AND status <> 'cancelled'`)).rows.length;

  it('are not exceeded within one batch, nor by what is slow to be sent', async () => {
    await know({ name: 'ann' });
    await offers('ann', 10);
    await harness.tick();
    expect(await advertised()).toBe(3);
    await offers('ann', 1);
    await harness.tick(after(30 * HOUR)); // the first three are still on their way
    expect(await advertised()).toBe(3);
    await dispatch('sent');
    await offers('ann', 1);
    await harness.tick(after(53 * HOUR));
    expect(await advertised()).toBe(3);
    await offers('ann', 1);
    await harness.tick(after(54 * HOUR));
    expect(await advertised()).toBe(4);
  });

  it('are not exceeded by owners that decide for the same customer at once', async () => {
    await know({ name: 'ann' });
    await offers('ann', 12);
    // as after merges: one customer's notifications on every partition
    await database.pool.query(
      'UPDATE notifications SET partition = c.n FROM (SELECT id, (row_number() OVER (ORDER BY id)) % 4 AS n FROM notifications) c WHERE notifications.id = c.id',
    );
    const published: unknown[] = [];
    const owners = [0, 1, 2, 3, 0, 1].map(
      (partition) =>
        new PartitionProcessor({
          pipeline,
          source: { consumer: GROUPS.notificationsDecide, topic: TOPICS.profilesUpdated.name, partition },
          store: new PostgresStreamStore(database.pool, database.pool),
          log: { publish: async (records) => void published.push(...records) },
          now: () => START,
          clockInputsMax: 2,
        }),
    );
    await Promise.all(
      owners.map(async (owner) => {
        for (let idle = 0; idle < 3; ) {
          const taken = await owner.tick().catch(() => 1); // a conflict is decided again
          idle = taken === 0 ? idle + 1 : 0;
        }
      }),
    );
    expect([await advertised(), await count('notifications')]).toEqual([3, 12]);
    expect((await database.pool.query(`SELECT status, count(*)::int AS n FROM notifications GROUP BY 1 ORDER BY 1`)).rows).toEqual([
      { status: 'held_back', n: 9 },
      { status: 'queued', n: 3 },
    ]);
  });

  it('are refused by the database itself when somebody else counted meanwhile', async () => {
    await know({ name: 'ann' });
    await offers('ann', 1);
    const store = new PostgresDecisionStore(SETTINGS);
    const meddling = new DecideNotificationsPipeline(SETTINGS, {
      load: (...args) => store.load(...args),
      due: (...args) => store.due(...args),
      abandon: (...args) => store.abandon(...args),
      write: async (sql, changes, set, context) => {
        await database.pool.query(
          `INSERT INTO frequency_caps VALUES ($1, 1, '[]') ON CONFLICT (profile_id) DO UPDATE SET revision = frequency_caps.revision + 1`,
          [profileId('ann')],
        );
        await store.write(sql, changes, set, context);
      },
    });
    await expect(new PipelineHarness(meddling, database.pool, { partitions: PARTITIONS }).tick(START)).rejects.toThrow(
      'counted by another writer',
    );
    expect(await count('deliveries')).toBe(0);
  });
});
