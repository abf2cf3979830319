import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { inParcels } from './in-parcels.js';

test('parcels hold everything in its order, none is too heavy, and no two neighbours would fit into one', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 50 }), (weights) => {
      const parcels = inParcels(weights, (weight) => weight, 10);
      const weightOf = (parcel: readonly number[] = []) => parcel.reduce((sum, weight) => sum + weight, 0);
      expect(parcels.flat()).toEqual(weights);
      for (const [index, parcel] of parcels.entries()) {
        expect(parcel.length === 1 || weightOf(parcel) <= 10).toBe(true);
        if (index > 0) expect(weightOf(parcels[index - 1]) + parcel[0]!).toBeGreaterThan(10);
      }
    }),
  );
});
