import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import type { Kafka } from 'kafkajs';
import { GroupConsumer, type StreamLogger, type StreamServerOptions } from './group-consumer.js';
import { createKafka, KafkaFactLog, type KafkaLogSink } from './kafka.js';
import { StreamMetrics } from './stream-metrics.js';

export const STREAM = Symbol('STREAM');

/**
 * Runs pipelines as a Nest microservice: kafkajs hands over whole batches, the kernel gives them their effect.
 */
export class StreamServer extends Server implements CustomTransportStrategy {
  override readonly transportId = STREAM;
  private readonly kafka: Kafka;
  private readonly log: KafkaFactLog;
  private readonly metrics = new StreamMetrics();
  private readonly consumers: GroupConsumer[] = [];

  constructor(private readonly options: StreamServerOptions) {
    super();
    this.kafka = createKafka(`rapport-${options.config.name}`, options.config.kafkaBrokers, sinkOf(options.logger));
    this.log = new KafkaFactLog(this.kafka);
  }

  /** Nest calls it. Joining the groups goes on behind its back, for as long as it takes: reads work without Kafka, and `trouble` tells. */
  async listen(callback: (error?: unknown) => void): Promise<void> {
    for (const pipeline of this.options.pipelines) {
      const consumer = new GroupConsumer(pipeline, this.kafka, this.log, this.metrics, this.options);
      this.consumers.push(consumer);
      void consumer.start();
    }
    callback();
  }

  /** Runs the clock of the owned partitions now: something was made due over HTTP. */
  wake(): void {
    for (const consumer of this.consumers) consumer.tickAll();
  }

  /** null when all is well, else one sentence: what is stuck, and since when. */
  trouble(): string | null {
    for (const consumer of this.consumers) {
      const trouble = consumer.trouble();
      if (trouble !== null) return trouble;
    }
    return this.consumers.length === 0 ? 'the stream has not started' : null;
  }

  async close(): Promise<void> {
    await Promise.all(this.consumers.map((consumer) => consumer.stop()));
    await this.log.close();
  }

  on(): never {
    throw new Error('a stream has no events to listen to');
  }

  unwrap<T>(): T {
    return this.kafka as T;
  }
}

const sinkOf =
  (logger: StreamLogger): KafkaLogSink =>
  (level, message, extra) =>
    logger[level]({ kafka: { broker: extra.broker, groupId: extra.groupId, retryCount: extra.retryCount } }, message);
