import type { LiveFilter } from '../domain/live/live-filter.js';
import { decodePosition, encodePosition, hasReached } from '../domain/live/live-position.js';
import { type EndReason, renderEnd } from '../domain/live/render-live.js';
import type { LiveReading } from './live-reading.js';
import { LiveTeller, type Part, type Told } from './live-teller.js';
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

/**
 * Everybody who listens through this gateway. In rounds: what is new is written once for all with the same filter, and a line that is full is left out
 * until it has room, then told from where it stands. Whoever has fallen behind what is kept is cut, and can come back.
 */
export class LiveHub {
  private readonly listeners = new Map<LiveListener, State>();
  private readonly perKey = new Map<string, number>();
  private readonly teller = new LiveTeller();
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
    this.teller.forget();
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
    const chunk = this.teller.chunkOf(listener.filter, told);
    told.cursor = chunk.to;
    return chunk;
  }

  private begin({ filter, lastId }: LiveListener, state: State, reading: LiveReading): Told | undefined {
    if (lastId === undefined) return this.teller.beginAnew(filter, reading);
    const position = decodePosition(lastId);
    if (position === undefined) return this.teller.beginAnew(filter, reading, 'unknown');
    if (!reading.ring.covers(position)) return this.teller.beginAnew(filter, reading, 'too_old');
    if (hasReached(reading.position, position)) return this.teller.goOn(filter, reading, position);
    state.aheadSinceMs ??= Date.now();
    if (Date.now() - state.aheadSinceMs > AHEAD_MAX_MS) return this.teller.beginAnew(filter, reading, 'unknown');
    return undefined;
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
