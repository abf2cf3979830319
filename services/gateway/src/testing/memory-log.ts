import type { SourceRecord } from '@rapport/platform';
import { LiveLog, type LiveSink } from '../pipeline/live-log.js';

/** A log with one partition of deliveries and one of profiles, in memory. */
export class MemoryLog extends LiveLog {
  private sink: LiveSink | undefined;
  private lost: (reason: string) => void = () => undefined;
  private readonly offsets: Record<string, number> = { p: 0, d: 0 };
  begun = 0;

  async follow(_: number, sink: LiveSink, lost: (reason: string) => void): Promise<() => Promise<void>> {
    this.begun += 1;
    [this.sink, this.lost] = [sink, lost];
    sink.begin({ p: [this.offsets['p'] ?? 0], d: [this.offsets['d'] ?? 0] }, { p: [this.offsets['p'] ?? 0], d: [this.offsets['d'] ?? 0] });
    return async () => void (this.sink = undefined);
  }

  get isRead(): boolean {
    return this.sink !== undefined;
  }

  fail(): void {
    this.lost('a gap');
  }

  async append(topic: 'p' | 'd', values: readonly Buffer[]): Promise<void> {
    const from = this.offsets[topic] as number;
    const records = values.map((value, n): SourceRecord => {
      return { topic, partition: 0, offset: BigInt(from + n), key: null, value, headers: {}, timestampMs: Date.now() };
    });
    this.offsets[topic] = from + values.length;
    await this.sink?.take({ topic, partition: 0, records, nextOffset: from + values.length });
  }
}
