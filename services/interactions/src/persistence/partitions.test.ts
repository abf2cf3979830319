import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planPartitions } from './partitions.js';
import { weekOf, weeksToAsk, weeksToClaim } from './weeks.js';

const retention = { retentionDays: 30, dedupeDays: 7 };
const day = fc.date({ min: new Date('2020-01-01T00:00:00Z'), max: new Date('2090-01-01T00:00:00Z'), noInvalidDate: true });

describe('weeks', () => {
  it('begin on Monday', () => {
    expect(
      ['2026-01-11T23:59:59.999Z', '2026-01-12T00:00:00.000Z', '2026-01-18T23:59:59.999Z'].map((time) => weekOf(new Date(time))),
    ).toEqual(['2026-01-05', '2026-01-12', '2026-01-12']);
  });

  it('at their turn both are claimed', () => {
    expect(weeksToClaim(new Date('2026-01-11T23:59:59.999Z'))).toEqual(['2026-01-05']);
    expect(weeksToClaim(new Date('2026-01-12T00:00:00.000Z'))).toEqual(['2026-01-05', '2026-01-12']);
    expect(weeksToClaim(new Date('2026-01-12T00:10:00.000Z'))).toEqual(['2026-01-12']);
  });

  it('a key is found for as many days as were asked for', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 90 }), fc.double({ min: 0, max: 1, noNaN: true }), (seen, days, share) => {
        const again = new Date(seen.getTime() + share * days * 86_400_000);
        const looked = [...weeksToAsk(again, days), ...weeksToClaim(again)];
        expect(looked).toContain(weeksToClaim(seen).at(-1));
      }),
    );
  });
});

describe('partitions', () => {
  const make = (now: Date, existing: Set<string>) => {
    const plan = planPartitions(now, existing, retention);
    for (const { partition } of plan.create) existing.add(partition);
    for (const partition of plan.drop) existing.delete(partition);
    return plan;
  };

  it('are made for the week before, this one and four ahead', () => {
    const plan = make(new Date('2026-01-15T00:00:00Z'), new Set(['interactions_default']));
    expect(plan.create.filter(({ table }) => table === 'interactions').map(({ partition }) => partition)).toEqual([
      'interactions_20260105',
      'interactions_20260112',
      'interactions_20260119',
      'interactions_20260126',
      'interactions_20260202',
      'interactions_20260209',
    ]);
    expect(plan.create[0]).toEqual({ table: 'interactions', partition: 'interactions_20260105', from: '2026-01-05', to: '2026-01-12' });
    expect(plan.drop).toEqual([]);
  });

  it('are dropped only when all in them is past its time, and the default one never', () => {
    fc.assert(
      fc.property(day, fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 20 }), (start, steps) => {
        const existing = new Set(['interactions_default', 'interaction_keys_default']);
        let now = start.getTime();
        for (const days of [0, ...steps]) {
          now += days * 86_400_000;
          const { drop } = make(new Date(now), existing);
          for (const partition of drop) {
            const monday = Date.parse(partition.replace(/.*_(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3'));
            const kept = partition.startsWith('interaction_keys') ? retention.dedupeDays : retention.retentionDays;
            expect(monday + 7 * 86_400_000).toBeLessThanOrEqual(now - kept * 86_400_000);
            expect(partition).not.toContain('default');
          }
          expect(planPartitions(new Date(now), existing, retention)).toEqual({ create: [], drop: [] });
        }
        expect(existing.size).toBeLessThan(30);
      }),
    );
  });
});
