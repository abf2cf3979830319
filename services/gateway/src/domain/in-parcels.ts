/** Cuts a list, in its order, into parcels of at most `weightMax` each; what is heavier alone is a parcel of its own. */
export function inParcels<T>(items: readonly T[], weightOf: (item: T) => number, weightMax: number): T[][] {
  const parcels: T[][] = [];
  let room = 0;
  for (const item of items) {
    const weight = weightOf(item);
    const last = parcels.at(-1);
    if (last && weight <= room) last.push(item);
    else {
      parcels.push([item]);
      room = weightMax;
    }
    room -= weight;
  }
  return parcels;
}
