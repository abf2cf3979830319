import { Counter, Gauge, Histogram, register } from 'prom-client';
import type { KernelEvent } from './partition-processor.js';

function counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
  return (register.getSingleMetric(name) as Counter<L> | undefined) ?? new Counter({ name, help, labelNames: [...labelNames] });
}

/** The kernel's metrics: lag, batch time, outbox, dead letters. Labels are bounded: groups, topics, partitions. */
export class StreamMetrics {
  private readonly inputs = counter('stream_inputs_total', 'Inputs that had their effect.', ['group', 'cause']);
  private readonly dropped = counter('stream_repeated_records_total', 'Records dropped because their effect had happened already.', [
    'group',
  ]);
  private readonly facts = counter('stream_facts_total', 'Facts decided.', ['group']);
  private readonly published = counter('stream_published_records_total', 'Records acknowledged by Kafka.', ['group']);
  private readonly deadLetters = counter('stream_dead_letters_total', 'Inputs sent to the dead letters.', ['group']);
  private readonly faults = counter('stream_world_faults_total', 'Tries that failed because of the database or the broker.', ['group']);
  private readonly outboxRows = counter('stream_outbox_rows_published_total', 'Outbox rows published and removed.', ['group']);
  private readonly lagRecords =
    (register.getSingleMetric('stream_lag_records') as Gauge | undefined) ??
    new Gauge({
      name: 'stream_lag_records',
      help: 'Records behind the end of the partition.',
      labelNames: ['group', 'topic', 'partition'],
    });
  private readonly batchSeconds =
    (register.getSingleMetric('stream_batch_seconds') as Histogram | undefined) ??
    new Histogram({
      name: 'stream_batch_seconds',
      help: 'One transaction: load, decide, commit.',
      labelNames: ['group', 'cause'],
      buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 15],
    });

  observe(event: KernelEvent): void {
    const group = event.source.consumer;
    if (event.kind === 'dead-letter') this.deadLetters.inc({ group });
    else if (event.kind === 'published') {
      this.published.inc({ group }, event.records);
      this.outboxRows.inc({ group }, event.rows);
    } else {
      this.inputs.inc({ group, cause: event.cause }, event.inputs);
      this.dropped.inc({ group }, event.dropped);
      this.facts.inc({ group }, event.facts);
      this.batchSeconds.observe({ group, cause: event.cause }, event.durationMs / 1000);
    }
  }

  fault(group: string): void {
    this.faults.inc({ group });
  }

  lag(group: string, topic: string, partition: number, records: number): void {
    this.lagRecords.set({ group, topic, partition: String(partition) }, Math.max(0, records));
  }
}
