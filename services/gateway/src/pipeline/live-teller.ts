import type { LiveEvent } from '../domain/live/live-event.js';
import { keyOf, letThrough, letsVisitor, type LiveFilter } from '../domain/live/live-filter.js';
import { decodePosition, encodePosition, furthest, hasReached, type LivePosition } from '../domain/live/live-position.js';
import { renderReset, renderSnapshot, showVisitor, withId } from '../domain/live/render-live.js';
import type { LiveReading } from './live-reading.js';
import type { LiveEntry } from './live-ring.js';

const SNAPSHOT_FRESH_MS = 1_000;
const SNAPSHOT_PART = 50;
const CHUNK_EVENTS = 1_000;
const PART_CHARS = 65_536;

/** How far a listener is in a reading. */
export interface Told {
  readonly reading: LiveReading;
  /** The next entry. */
  cursor: number;
  /** What has to go out before it. */
  readonly backlog: Part[];
}

/** Bytes for a line. */
export interface Part {
  readonly bytes: Buffer;
  /** The position when it is told; none inside a snapshot: who is cut there begins anew. */
  readonly id?: string;
}

interface Chunk extends Part {
  readonly reading: LiveReading;
  readonly from: number;
  readonly to: number;
}

interface Snapshot {
  readonly reading: LiveReading;
  readonly atMs: number;
  readonly cursor: number;
  readonly parts: readonly Part[];
}

/** What is written to lines, made once for all with the same filter. */
export class LiveTeller {
  private readonly chunks = new Map<string, Chunk>();
  private readonly snapshots = new Map<string, Snapshot>();

  forget(): void {
    this.chunks.clear();
    this.snapshots.clear();
  }

  /** The next events for somebody who was told all before his cursor. */
  chunkOf(filter: LiveFilter, { reading, cursor: from }: Told): Chunk {
    const key = keyOf(filter);
    const known = this.chunks.get(key);
    if (known?.reading === reading && known.from === from) return known;
    const to = Math.min(reading.ring.end, from + CHUNK_EVENTS);
    const entries = reading.ring.between(from, to);
    let text = '';
    for (const entry of entries) text += this.lines(filter, reading, entry, entry.id);
    const chunk = { reading, from, to, bytes: Buffer.from(text), id: (entries.at(-1) as LiveEntry).id };
    this.chunks.set(key, chunk);
    return chunk;
  }

  private lines(filter: LiveFilter, reading: LiveReading, entry: LiveEntry, id: string): string {
    const { event } = entry;
    const passed = event && letThrough(filter, event, reading.isMember);
    return passed === undefined ? '' : withId(reading.textOf(entry, passed), id);
  }

  /** From where another gateway, or an earlier reading, has told him: what it did not, in the order of this one. */
  goOn(filter: LiveFilter, reading: LiveReading, position: LivePosition): Told {
    const { ring, presence } = reading;
    const backlog: Part[] = [];
    let text = '';
    let isPast = false;
    let id = '';
    for (const entry of ring.untold(position)) {
      const own: LivePosition | undefined = isPast ? undefined : decodePosition(entry.id);
      isPast = own === undefined || hasReached(own, position);
      id = own === undefined || isPast ? entry.id : encodePosition(furthest(own, position));
      text += this.lines(
        filter,
        reading,
        stillTrue(entry, (profileId) => presence.has(profileId)),
        id,
      );
      if (text.length < PART_CHARS) continue;
      backlog.push({ bytes: Buffer.from(text), id });
      text = '';
    }
    backlog.push({ bytes: Buffer.from(text), id: encodePosition(reading.position) });
    return { reading, cursor: ring.end, backlog };
  }

  /** From now, with who is here; after a reset with its reason. */
  beginAnew(filter: LiveFilter, reading: LiveReading, reset?: 'too_old' | 'unknown'): Told {
    const head = reset === undefined ? [] : [{ bytes: Buffer.from(`${renderReset(reset)}\n`) }];
    if (filter.types.includes('presence')) {
      const { parts, cursor } = this.snapshotOf(filter, reading);
      return { reading, cursor, backlog: [...head, ...parts] };
    }
    const id = encodePosition(reading.position);
    return { reading, cursor: reading.ring.end, backlog: [...head, { bytes: Buffer.from(`id: ${id}\n\n`), id }] };
  }

  /** Made once for all who come within a second: after a restart a thousand do. */
  private snapshotOf(filter: LiveFilter, reading: LiveReading): Snapshot {
    const key = keyOf(filter);
    const known = this.snapshots.get(key);
    const atMs = Date.now();
    if (known?.reading === reading && atMs - known.atMs < SNAPSHOT_FRESH_MS && known.cursor >= reading.ring.begin) return known;
    const id = encodePosition(reading.position);
    const here = [...reading.presence.all()].filter((visitor) => letsVisitor(filter, visitor, reading.isMember));
    const parts = Math.max(1, Math.ceil(here.length / SNAPSHOT_PART));
    const told = Array.from({ length: parts }, (_, n): Part => {
      const visitors = here.slice(n * SNAPSHOT_PART, (n + 1) * SNAPSHOT_PART).map((visitor) => showVisitor(visitor, reading.around));
      const text = renderSnapshot({ at: atMs, here: here.length, part: n + 1, parts, visitors });
      return n === parts - 1 ? { bytes: Buffer.from(withId(text, id)), id } : { bytes: Buffer.from(`${text}\n`) };
    });
    const snapshot = { reading, atMs, cursor: reading.ring.end, parts: told };
    this.snapshots.set(key, snapshot);
    return snapshot;
  }
}

/** Somebody who has come back did not leave, for one who hears of it only now. */
function stillTrue(entry: LiveEntry, isHere: (profileId: string) => boolean): LiveEntry {
  const { event } = entry;
  if (event?.kind !== 'left' || !('clockMs' in entry.source)) return entry;
  const left = event.left.filter(({ visitor }) => !isHere(visitor.profileId));
  const still: LiveEvent | undefined = left.length > 0 ? { ...event, left } : undefined;
  return { source: entry.source, id: entry.id, event: still };
}
