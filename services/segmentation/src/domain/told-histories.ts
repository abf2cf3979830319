import type { Behaviour } from './behaviour.js';

/** A behaviour in the history of a customer, and the profile of which it was told: that says whose it is when the two are told apart. */
export interface ToldBehaviour extends Behaviour {
  readonly customerId: string;
  readonly toldOf: string;
}

interface Place {
  readonly customerId: string;
  readonly toldOf: string;
}

interface Entry {
  readonly behaviour: Behaviour;
  /** Where it is stored. */
  readonly stored: Place;
  now: Place;
}

/** A behaviour whose place changes. */
export interface MovedBehaviour {
  readonly behaviour: Behaviour;
  readonly from: string;
  readonly to: Place;
}

/** Histories of customers who become one, or turn out to be several, while a batch is decided. */
export class ToldHistories {
  private readonly joined: { readonly from: string; readonly into: string }[] = [];
  private entries: Entry[];

  constructor(stored: readonly ToldBehaviour[]) {
    this.entries = stored.map(({ customerId, toldOf, ...behaviour }) => entryOf(behaviour, { customerId, toldOf }));
  }

  /** @param stored where it was put before this batch was decided */
  hear(behaviour: Behaviour, stored: Place, now: Place): void {
    this.entries.push({ ...entryOf(behaviour, stored), now });
  }

  join(from: string, into: string): void {
    this.joined.push({ from, into });
    for (const entry of this.entries) if (entry.now.customerId === from) entry.now = { ...entry.now, customerId: into };
  }

  /** @returns the customers whose histories are others now */
  place(ownerOf: (behaviourId: string, toldOf: string) => string, customerOf: (profileId: string) => string): Set<string> {
    const changed = new Set<string>();
    for (const entry of this.entries) {
      const toldOf = ownerOf(entry.behaviour.id, entry.now.toldOf);
      const customerId = customerOf(toldOf);
      if (customerId !== entry.now.customerId) changed.add(customerId).add(entry.now.customerId);
      entry.now = { customerId, toldOf };
    }
    return changed;
  }

  of(customerId: string): Behaviour[] {
    return this.entries.filter(({ now }) => now.customerId === customerId).map(({ behaviour }) => behaviour);
  }

  /** @returns undefined for what is not followed */
  customerOf(behaviourId: string): string | undefined {
    return this.entries.find(({ behaviour }) => behaviour.id === behaviourId)?.now.customerId;
  }

  forget(customerId: string): void {
    this.entries = this.entries.filter(({ now }) => now.customerId !== customerId);
  }

  /** Whole histories, also what was not looked at: in whose it goes on that was somebody's when the batch began. */
  get merged(): { readonly from: string; readonly into: string }[] {
    const losers = [...new Set(this.joined.map(({ from }) => from))];
    return losers.map((from) => ({ from, into: this.followed(from) })).filter(({ from, into }) => from !== into);
  }

  /** What does not simply go where the whole history goes. */
  get moved(): MovedBehaviour[] {
    const moved: MovedBehaviour[] = [];
    for (const { behaviour, stored, now } of this.entries) {
      const from = this.followed(stored.customerId);
      if (from !== now.customerId || stored.toldOf !== now.toldOf) moved.push({ behaviour, from, to: now });
    }
    return moved;
  }

  private followed(customerId: string): string {
    return this.joined.reduce((place, { from, into }) => (place === from ? into : place), customerId);
  }
}

const entryOf = (behaviour: Behaviour, place: Place): Entry => ({ behaviour, stored: place, now: place });
