import type { SourceRecord } from '@rapport/platform';

export interface LiveBatch {
  /** The letter of the topic in `LIVE_TOPICS`. */
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly SourceRecord[];
  /** Where the partition goes on after these. */
  readonly nextOffset: number;
}

export interface LiveSink {
  /** Offsets per topic and partition: where reading begins, and where the log ended at that moment. */
  begin(start: Readonly<Record<string, readonly number[]>>, end: Readonly<Record<string, readonly number[]>>): void;
  /** In the order of each partition; is given the next only when this one is done. */
  take(batch: LiveBatch): Promise<void>;
}

/** The log as every gateway reads it for itself: all partitions, no consumer group's positions, nothing committed. */
export abstract class LiveLog {
  /**
   * Reads from the first record at or after `sinceMs`, for ever. `lost` is called once when it cannot go on without a gap.
   * @returns how to stop. @throws when it cannot begin
   */
  abstract follow(sinceMs: number, sink: LiveSink, lost: (reason: string) => void): Promise<() => Promise<void>>;
}
