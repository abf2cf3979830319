import { expect, it } from '@jest/globals';
import { TOPICS } from '@rapport/contracts';
import { randomOf } from '@rapport/testkit';
import { after, consent, interaction, membership, mergedInto, profileId } from '../testing/facts.js';
import { ask, count, database, everything, harness, HOUR, know, liveJourney, useWorld } from '../testing/world.js';

useWorld();

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const NAMES = ['ann', 'bob', 'eve', 'kim', 'lan', 'mai'];
const DAY_LIMIT = 3;

/** An account of its own of what was decided and sent, kept by looking from outside. */
class Ledger {
  private readonly survivors = new Map<string, string>();
  private readonly contacts = new Map<string, { who: string; from: Date | null; released: boolean }>();
  readonly violations: string[] = [];

  constructor(private readonly consents: ReadonlyMap<string, boolean>) {}

  merge(loser: string, survivor: string): void {
    this.survivors.set(loser, survivor);
  }

  personOf(name: string): string {
    const next = this.survivors.get(name);
    return next === undefined ? name : this.personOf(next);
  }

  private recent(who: string, now: Date): number {
    return [...this.contacts.values()].filter(
      (contact) =>
        !contact.released &&
        this.personOf(contact.who) === who &&
        (contact.from === null || contact.from.getTime() > now.getTime() - 24 * HOUR),
    ).length;
  }

  /** Looks for advertisements that are new, and for those that were taken back. */
  async look(now: Date): Promise<void> {
    const { rows } = await database.pool.query<{ id: string; profile_id: string; status: string }>(
      `SELECT id, profile_id, status FROM deliveries WHERE purpose = 'marketing' ORDER BY id`,
    );
    for (const { id, status } of rows) {
      const known = this.contacts.get(id);
      if (known !== undefined && (status === 'cancelled' || status === 'failed')) known.released = true;
    }
    const before = new Map(NAMES.map((name) => [name, this.recent(name, now)]));
    for (const { id, profile_id, status } of rows) {
      if (this.contacts.has(id)) continue;
      const who = this.personOf(NAMES.find((name) => profileId(name) === profile_id) as string);
      this.contacts.set(id, { who, from: null, released: status === 'cancelled' });
      if (!this.consents.get(who)) this.violations.push(`${who} was to be advertised to without consent`);
    }
    for (const name of NAMES) {
      const counted = this.recent(name, now);
      if (counted > Math.max(DAY_LIMIT, before.get(name) as number))
        this.violations.push(`${name} was to get ${counted} advertisements within a day`);
    }
  }

  sent(id: string, now: Date): void {
    const contact = this.contacts.get(id);
    if (contact === undefined) return;
    if (contact.from !== null) this.violations.push(`advertisement ${id} was sent twice`);
    contact.from = now;
    if (!this.consents.get(this.personOf(contact.who))) this.violations.push(`${contact.who} got an advertisement after he had withdrawn`);
  }
}

it(`caps, consent and once hold whatever happens in which order (SEED=${SEED})`, async () => {
  const random = randomOf(SEED);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const consents = new Map(NAMES.map((name) => [name, true]));
  const versions = new Map(NAMES.map((name) => [name, 1]));
  const sequences = new Map(NAMES.map((name) => [name, 0]));
  const ledger = new Ledger(consents);
  await liveJourney({ reentry: 'always' });
  for (const name of NAMES) await know({ name });

  const living = (): string[] => NAMES.filter((name) => ledger.personOf(name) === name);
  const tell = async (name: string, applied: Parameters<typeof know>[1] = []): Promise<void> => {
    versions.set(name, (versions.get(name) as number) + 1);
    const given = consent('marketing', consents.get(name) ? 'granted' : 'withdrawn', after(versions.get(name) as number));
    await know({ name, version: versions.get(name) as number, consents: [given] }, applied);
  };
  /** The dispatcher takes some of what is queued, and makes of it what it will. */
  const dispatch = async (): Promise<void> => {
    const { rows } = await database.pool.query<{ id: string; partition: number }>(
      `SELECT id, partition FROM deliveries WHERE status = 'queued' AND not_before <= $1`,
      [harness.now],
    );
    for (const { id, partition } of rows.filter(() => random() < 0.6)) {
      const status = pick(['sent', 'sent', 'sent', 'failed', 'ambiguous'] as const);
      if (status !== 'failed') ledger.sent(id, harness.now);
      await database.pool.query('UPDATE deliveries SET status = $2 WHERE id = $1', [id, status]);
      await database.pool.query('INSERT INTO delivery_outcomes (delivery_id, partition, status, reason, at) VALUES ($1, $2, $3, $4, $5)', [
        id,
        partition,
        status,
        'X',
        harness.now,
      ]);
    }
  };
  const deeds: [weight: number, deed: () => Promise<void>][] = [
    [8, async () => void (await ask(pick(NAMES), { purpose: 'marketing', template: 'offer' }))],
    [3, async () => void (await ask(pick(NAMES), { urgency: 'high' }))],
    [6, dispatch],
    [
      2,
      async () => {
        const name = pick(living());
        consents.set(name, !consents.get(name));
        await tell(name);
      },
    ],
    [
      2,
      async () => {
        const { rows } = await database.pool.query<{ id: string }>('SELECT id FROM notifications');
        if (rows.length > 0)
          await tell(pick(living()), [
            interaction(pick(['Email Link Clicked', 'Email Bounced', 'Email Opened']), { notificationId: pick(rows).id }),
          ]);
      },
    ],
    [
      3,
      async () => {
        const name = pick(NAMES);
        sequences.set(name, (sequences.get(name) as number) + 1);
        harness.feed(TOPICS.membershipChanged, profileId(name), membership(name, sequences.get(name) as number, harness.now));
      },
    ],
    [
      0.3,
      async () => {
        const [loser, survivor] = [pick(living()), pick(living())];
        if (loser === survivor) return;
        ledger.merge(loser, survivor);
        harness.feed(TOPICS.profilesUpdated, profileId(loser), mergedInto({ name: loser, version: 1_000 }, survivor));
      },
    ],
  ];
  const total = deeds.reduce((sum, [weight]) => sum + weight, 0);
  for (let step = 0; step < 250; step++) {
    let left = random() * total;
    const [, deed] = deeds.find(([weight]) => (left -= weight) < 0) ?? (deeds[0] as (typeof deeds)[number]);
    await deed();
    await harness.run();
    await harness.tick(new Date(harness.now.getTime() + Math.floor(random() * 2 * HOUR)));
    await ledger.look(harness.now);
  }
  for (let days = 0; days < 10; days++) {
    await dispatch();
    await harness.tick(new Date(harness.now.getTime() + 24 * HOUR));
  }

  expect(ledger.violations).toEqual([]);
  expect([harness.deadLetters(), await count('delivery_outcomes')]).toEqual([[], 0]);
  const { rows } = await database.pool.query('SELECT status FROM notifications WHERE due_at <= $1', [harness.now]);
  expect(rows).toEqual([]);
  const before = await everything();
  await harness.redeliver();
  expect(await everything()).toEqual(before);
}, 120_000);
