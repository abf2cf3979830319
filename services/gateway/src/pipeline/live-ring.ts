import type { LiveEvent } from '../domain/live/live-event.js';
import { decodePosition, hasReached, type LivePosition, type LiveSource, wasTold } from '../domain/live/live-position.js';

export interface LiveEntry {
  readonly source: LiveSource;
  /** The position after it. */
  readonly id: string;
  /** Undefined once the customer was erased. */
  event: LiveEvent | undefined;
  /** Its lines, when somebody has needed them. */
  text?: string;
}

/** The newest events, in the order of this gateway. Each has a number; listeners hold the number of the next one. */
export class LiveRing {
  private entries: LiveEntry[] = [];
  private first = 0;

  /** @param base the position before the first entry: who stands there, or later, can go on */
  constructor(
    private readonly entriesMax: number,
    private base: LivePosition,
  ) {}

  get begin(): number {
    return this.first;
  }

  get end(): number {
    return this.first + this.entries.length;
  }

  append(entry: LiveEntry): void {
    this.entries.push(entry);
    // a tenth at a time, so that moving the rest costs next to nothing
    if (this.entries.length > this.entriesMax * 1.1) this.dropOldest(this.entries.length - this.entriesMax);
  }

  between(from: number, to: number): readonly LiveEntry[] {
    return this.entries.slice(from - this.first, to - this.first);
  }

  covers(position: LivePosition): boolean {
    return hasReached(position, this.base);
  }

  /** Everything that whoever stands at `position` was not told. */
  untold(position: LivePosition): LiveEntry[] {
    return this.entries.filter(({ source }) => !wasTold(position, source));
  }

  /** After an erasure nothing of the customer is told any more, also to those who come back. */
  forget(profileId: string): void {
    for (const entry of this.entries) {
      const { event } = entry;
      const isHis =
        event?.kind === 'here'
          ? event.visitor.profileId === profileId
          : event?.kind === 'told'
            ? event.change.profileId === profileId
            : event?.left.some(({ visitor }) => visitor.profileId === profileId);
      if (!isHis) continue;
      entry.event = undefined;
      delete entry.text;
    }
  }

  private dropOldest(count: number): void {
    this.base = decodePosition((this.entries[count - 1] as LiveEntry).id) as LivePosition;
    this.entries = this.entries.slice(count);
    this.first += count;
  }
}
