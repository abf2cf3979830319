import { ORIGIN_HEADER, ORIGIN_SEQ_HEADER, type SourceRecord } from '@rapport/platform';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { LiveEvent, Left } from '../domain/live/live-event.js';
import { encodePosition, hasReached, type LivePosition, type LiveSource } from '../domain/live/live-position.js';
import { Presence } from '../domain/live/presence.js';
import { renderEvent, type Surroundings } from '../domain/live/render-live.js';
import { seenMsOf } from '../domain/live/visitor.js';
import { LIVE_TOPICS } from '../kafka/decode-live-fact.js';
import type { LiveBatch, LiveSink } from './live-log.js';
import { type LiveEntry, LiveRing } from './live-ring.js';

export interface LiveReadingOptions {
  /** How long after the last sign of life somebody counts as here. */
  readonly presenceMs: number;
  /** How far back a visit is told. */
  readonly visitMs: number;
  readonly visitorsMax: number;
  readonly eventsKeptMax: number;
}

/** Who tells what was read. */
export interface LiveVoice {
  /** There is something to tell. */
  news(): void;
  /** Resolves when all of it is told, or nobody listens. */
  told(): Promise<void>;
}

/** Requests get their turn after so many records. */
const SLICE_RECORDS = 200;
const TICK_MS = 1_000;

/**
 * One reading of the log, from far enough back that what it says does not depend on when it began. Until it has reached what was the log's end then,
 * it is not ready and nothing is told.
 */
export class LiveReading implements LiveSink {
  readonly presence: Presence;
  /** Where the log has to be read from. */
  readonly sinceMs: number;
  ring: LiveRing;
  private offsets: Record<string, number[]> = {};
  private end: LivePosition | undefined;
  private clockMs: number;
  private ready = false;
  /** The number up to which all was told when last waited for. */
  private toldTo = 0;
  private readonly marks = new Map<string, number>();
  private readonly surroundings: Surroundings;

  constructor(
    private readonly options: LiveReadingOptions,
    private readonly now: () => number,
    private readonly voice: LiveVoice,
  ) {
    const { presenceMs, visitMs, eventsKeptMax } = options;
    this.presence = new Presence(options);
    this.sinceMs = now() - visitMs - 2 * presenceMs;
    // who left before this is not known: his last step may lie before the first record
    this.clockMs = secondOf(this.sinceMs + presenceMs);
    this.ring = new LiveRing(eventsKeptMax, this.position);
    const { presence } = this;
    this.surroundings = { visitMs, segmentsOf: (id) => presence.segmentsOf(id), isKnown: (id) => presence.isKnown(id) };
  }

  get isReady(): boolean {
    return this.ready;
  }

  get position(): LivePosition {
    return { clockMs: this.clockMs, offsets: this.offsets };
  }

  get around(): Surroundings {
    return this.surroundings;
  }

  readonly isMember = (profileId: string, segmentId: string): boolean =>
    this.presence.segmentsOf(profileId).get(segmentId)?.isMember ?? false;

  begin(start: Readonly<Record<string, readonly number[]>>, end: Readonly<Record<string, readonly number[]>>): void {
    this.offsets = Object.fromEntries(Object.entries(start).map(([topic, offsets]) => [topic, [...offsets]]));
    this.end = { clockMs: 0, offsets: end };
    this.ring = new LiveRing(this.options.eventsKeptMax, { clockMs: this.clockMs, offsets: structuredClone(start) });
    this.becomeReady();
  }

  async take({ topic, partition, records, nextOffset }: LiveBatch): Promise<void> {
    const offsets = this.offsets[topic] as number[];
    const slice = Math.min(SLICE_RECORDS, Math.ceil(this.options.eventsKeptMax / 2));
    for (let at = 0; at < records.length; at += slice) {
      if (at > 0) await this.pause();
      for (const record of records.slice(at, at + slice)) this.fold(topic, partition, record);
    }
    offsets[partition] = Math.max(offsets[partition] ?? 0, nextOffset);
    this.becomeReady();
    this.voice.news();
  }

  /** The clock: once a second those who have been silent for too long leave. */
  tick(): void {
    if (!this.ready) return;
    const nowMs = secondOf(this.now());
    if (nowMs <= this.clockMs) return;
    this.clockMs = nowMs;
    this.tellLeft(nowMs, this.presence.depart(nowMs));
  }

  /** The lines of an entry, or of the part of it that passed a filter; what passes whole is written once for all. */
  textOf(entry: LiveEntry, passed: LiveEvent): string {
    return passed === entry.event ? (entry.text ??= renderEvent(passed, this.surroundings)) : renderEvent(passed, this.surroundings);
  }

  /** Requests go first, and what is read does not push out what was not told yet: after a pause of the broker much comes at once. */
  private async pause(): Promise<void> {
    const { ring, ready, options } = this;
    if (!ready || ring.end - this.toldTo < options.eventsKeptMax / 2) return void (await letOthersRun());
    await this.voice.told();
    this.toldTo = ring.end;
  }

  private fold(topic: string, partition: number, record: SourceRecord): void {
    const offset = Number(record.offset);
    const offsets = this.offsets[topic] as number[];
    if (offset < (offsets[partition] ?? 0)) return;
    offsets[partition] = offset + 1;
    if (this.isRepetition(topic, partition, record)) return;
    const fact = LIVE_TOPICS[topic]?.decode(record);
    if (fact === undefined) return;
    if (fact.kind === 'erased') this.ring.forget(fact.profileId);
    const event = this.presence.fold(fact, record.timestampMs);
    if (event !== undefined) this.tell(event, { topic, partition, offset });
  }

  /** A fact that was published again after a crash, as every reader knows it (README, "Read a topic"). */
  private isRepetition(topic: string, partition: number, { headers }: SourceRecord): boolean {
    const origin = headers[ORIGIN_HEADER];
    if (origin === undefined) return false;
    const source = `${topic}${partition}/${origin}`;
    const sequence = Number(headers[ORIGIN_SEQ_HEADER]);
    if (sequence <= (this.marks.get(source) ?? 0)) return true;
    this.marks.set(source, sequence);
    return false;
  }

  private becomeReady(): void {
    if (this.ready || this.end === undefined || !hasReached({ ...this.position, clockMs: 0 }, this.end)) return;
    this.ready = true;
    const nowMs = secondOf(this.now());
    // partitions were read one after the other, so nobody could leave in time: now they do, each at his second
    const seconds = Map.groupBy(this.presence.depart(nowMs), ({ visitor }) =>
      Math.min(nowMs, Math.ceil((seenMsOf(visitor) + this.options.presenceMs) / TICK_MS) * TICK_MS),
    );
    for (const [second, left] of [...seconds].sort(([a], [b]) => a - b)) {
      this.clockMs = Math.max(this.clockMs, second);
      this.tellLeft(second, left);
    }
    this.clockMs = nowMs;
    this.voice.news();
  }

  private tellLeft(atMs: number, left: readonly Left[]): void {
    if (left.length === 0) return;
    this.tell({ kind: 'left', atMs, left }, { clockMs: atMs });
    this.voice.news();
  }

  private tell(event: LiveEvent, source: LiveSource): void {
    this.ring.append({ source, id: encodePosition(this.position), event });
  }
}

const secondOf = (ms: number): number => Math.floor(ms / TICK_MS) * TICK_MS;
