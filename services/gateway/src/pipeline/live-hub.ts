import { keyOf, letThrough, letsVisitor, type LiveFilter } from '../domain/live/live-filter.js';
import type { LiveEvent } from '../domain/live/live-event.js';
import { decodePosition, encodePosition, furthest, hasReached, type LivePosition } from '../domain/live/live-position.js';
import { type EndReason, renderEnd, renderReset, renderSnapshot, showVisitor, withId } from '../domain/live/render-live.js';
import type { LiveReading } from './live-reading.js';
import type { LiveEntry } from './live-ring.js';
import type { LiveView } from './live-view.js';

/** The line to one listener. */
export interface LiveLine {
  /** @returns false when it is full; `onRoom` of its listener is to be called when it is not any more. */
  write(chunk: Buffer): boolean;
  /** Says why, and closes. */
  close(last: string): void;
}

/** Who listens. Nothing is kept for him but how far he has been told. */
export interface LiveListener {
  readonly keyId: string;
  readonly filter: LiveFilter;
  readonly line: LiveLine;
  /** Whether he still may. */
  readonly isAllowed: () => boolean;
  /** The position that he was told last, as text. */
  lastId: string | undefined;
}

export interface LiveHubOptions {
  readonly listenersMax: number;
  readonly listenersPerKeyMax: number;
  /** How long the log is read on after the last listener has gone: he may come back. */
  readonly lingerMs: number;
  /** Between two rounds, and so what is gathered into one write. */
  readonly roundMs?: number;
}

interface Told {
  readonly reading: LiveReading;
  /** The next entry. */
  cursor: number;
  /** What has to go out before it. */
  readonly backlog: Part[];
}

interface Part {
  readonly bytes: Buffer;
  /** The position when it is told; none inside a snapshot: who is cut there begins anew. */
  readonly id?: string;
}

interface State {
  told: Told | undefined;
  isFull: boolean;
  /** Since when the line has been full, or the listener has waited to begin. Milliseconds. */
  sinceMs: number;
  /** Since when he has waited for this gateway to reach his position. */
  aheadSinceMs?: number;
}

const ROUND_MS = 100;
const HEARTBEAT_MS = 15_000;
const FULL_MAX_MS = 30_000;
const BEGIN_MAX_MS = 60_000;
/** How long a position that this gateway has not reached yet is believed. */
const AHEAD_MAX_MS = 10_000;
const SNAPSHOT_FRESH_MS = 1_000;
const SNAPSHOT_PART = 50;
const CHUNK_EVENTS = 1_000;
const PART_CHARS = 65_536;

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

/**
 * Everybody who listens through this gateway. In rounds: what is new is written once for all with the same filter, and a line that is full is left out
 * until it has room, then told from where it stands. Whoever has fallen behind what is kept is cut, and can come back.
 */
export class LiveHub {
  private readonly listeners = new Map<LiveListener, State>();
  private readonly perKey = new Map<string, number>();
  private readonly chunks = new Map<string, Chunk>();
  private readonly snapshots = new Map<string, Snapshot>();
  private round: NodeJS.Timeout | undefined;
  private isTelling = false;
  private lastRoundMs = 0;
  private heartbeat: NodeJS.Timeout | undefined;
  private linger: NodeJS.Timeout | undefined;
  private closed = false;
  private afterRound: (() => void)[] = [];

  constructor(
    private readonly view: LiveView,
    private readonly options: LiveHubOptions,
  ) {
    view.voice = { news: () => this.schedule(), told: () => this.nextRound() };
  }

  get size(): number {
    return this.listeners.size;
  }

  /** Whether one more may listen. */
  room(keyId: string): 'yes' | 'full' | 'key_full' {
    if (this.closed || this.listeners.size >= this.options.listenersMax) return 'full';
    return (this.perKey.get(keyId) ?? 0) >= this.options.listenersPerKeyMax ? 'key_full' : 'yes';
  }

  add(listener: LiveListener): void {
    clearTimeout(this.linger);
    this.listeners.set(listener, { told: undefined, isFull: false, sinceMs: Date.now() });
    this.perKey.set(listener.keyId, (this.perKey.get(listener.keyId) ?? 0) + 1);
    this.heartbeat ??= setInterval(() => this.beat(), HEARTBEAT_MS);
    this.view.start();
    this.schedule();
  }

  remove(listener: LiveListener): void {
    if (!this.listeners.delete(listener)) return;
    const left = (this.perKey.get(listener.keyId) ?? 1) - 1;
    if (left > 0) this.perKey.set(listener.keyId, left);
    else this.perKey.delete(listener.keyId);
    if (this.listeners.size > 0) return;
    clearInterval(this.heartbeat);
    this.heartbeat = undefined;
    this.chunks.clear();
    this.snapshots.clear();
    this.linger = setTimeout(() => void this.view.stop(), this.options.lingerMs).unref();
  }

  onRoom(listener: LiveListener): void {
    const state = this.listeners.get(listener);
    if (state === undefined) return;
    state.isFull = false;
    this.schedule();
  }

  /** Before the server closes, which waits for its lines: listeners go on elsewhere. */
  async onModuleDestroy(): Promise<void> {
    this.closed = true;
    clearTimeout(this.round);
    for (const listener of [...this.listeners.keys()]) this.end(listener, 'restarting');
    clearTimeout(this.linger);
    await this.view.stop();
  }

  private end(listener: LiveListener, reason: EndReason): void {
    this.remove(listener);
    listener.line.close(renderEnd(reason));
  }

  private nextRound(): Promise<void> {
    if (this.closed || this.listeners.size === 0) return Promise.resolve();
    this.schedule();
    return new Promise((resolve) => this.afterRound.push(resolve));
  }

  private schedule(): void {
    if (this.round !== undefined || this.closed || this.listeners.size === 0) return;
    const waitMs = Math.max(0, this.lastRoundMs + (this.options.roundMs ?? ROUND_MS) - Date.now());
    this.round = setTimeout(() => void this.tellAll(), waitMs);
  }

  private async tellAll(): Promise<void> {
    this.round = undefined;
    if (this.isTelling) return;
    this.isTelling = true;
    this.lastRoundMs = Date.now();
    try {
      await this.view.lookUpArrivals();
    } finally {
      this.isTelling = false;
    }
    let waits = false;
    for (const [listener, state] of this.listeners) {
      if (this.isBehind(state)) this.end(listener, 'too_slow');
      else this.feed(listener, state);
      waits ||= state.told === undefined;
    }
    for (const resolve of this.afterRound.splice(0)) resolve();
    const { present } = this.view;
    // what came while segments were looked up, and those who wait for this gateway to reach their position
    if (present !== undefined && waits) this.schedule();
  }

  private feed(listener: LiveListener, state: State): void {
    const { present } = this.view;
    if (present === undefined || state.isFull) return;
    if (state.told?.reading !== present) state.told = this.begin(listener, state, present);
    const { told } = state;
    while (told !== undefined && !state.isFull) {
      const part = told.backlog.shift() ?? this.next(listener, told);
      if (part === undefined) return;
      if (part.id !== undefined) listener.lastId = part.id;
      if (part.bytes.length > 0 && !listener.line.write(part.bytes)) Object.assign(state, { isFull: true, sinceMs: Date.now() });
    }
  }

  /** What comes next for him is no longer kept. */
  private isBehind({ told }: State): boolean {
    return told !== undefined && told.reading === this.view.present && told.cursor < told.reading.ring.begin;
  }

  /** @returns undefined when there is nothing more. */
  private next(listener: LiveListener, told: Told): Part | undefined {
    const { ring } = told.reading;
    if (told.cursor === ring.end) return undefined;
    const chunk = this.chunkOf(listener.filter, told);
    told.cursor = chunk.to;
    return chunk;
  }

  private chunkOf(filter: LiveFilter, { reading, cursor: from }: Told): Chunk {
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

  private begin(listener: LiveListener, state: State, reading: LiveReading): Told | undefined {
    if (listener.lastId === undefined) return this.beginAnew(listener, reading, []);
    const position = decodePosition(listener.lastId);
    if (position === undefined) return this.beginAnew(listener, reading, [renderReset('unknown')]);
    if (!reading.ring.covers(position)) return this.beginAnew(listener, reading, [renderReset('too_old')]);
    if (hasReached(reading.position, position)) return this.goOn(listener, reading, position);
    state.aheadSinceMs ??= Date.now();
    if (Date.now() - state.aheadSinceMs > AHEAD_MAX_MS) return this.beginAnew(listener, reading, [renderReset('unknown')]);
    return undefined;
  }

  /** From where another gateway, or an earlier reading, has told him: what it did not, in the order of this one. */
  private goOn(listener: LiveListener, reading: LiveReading, position: LivePosition): Told {
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
        listener.filter,
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

  private beginAnew({ filter }: LiveListener, reading: LiveReading, before: readonly string[]): Told {
    const head = before.map((text) => ({ bytes: Buffer.from(`${text}\n`) }));
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

  /** Finds out who is gone, slow, or no longer allowed; and moves the position of those for whom nothing passes. */
  private beat(): void {
    const nowMs = Date.now();
    for (const [listener, state] of this.listeners) {
      const { told } = state;
      if (!listener.isAllowed()) this.end(listener, 'key_revoked');
      else if (state.isFull && nowMs - state.sinceMs > FULL_MAX_MS) this.end(listener, 'too_slow');
      else if (told === undefined && nowMs - state.sinceMs > BEGIN_MAX_MS) this.end(listener, 'unavailable');
      else if (!state.isFull) {
        const isUpToDate = told !== undefined && told.reading === this.view.present && told.cursor === told.reading.ring.end;
        if (isUpToDate) listener.lastId = encodePosition(told.reading.position);
        const id = isUpToDate ? `id: ${listener.lastId}\n` : '';
        if (!listener.line.write(Buffer.from(`: still here\n${id}\n`))) Object.assign(state, { isFull: true, sinceMs: nowMs });
      }
    }
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
