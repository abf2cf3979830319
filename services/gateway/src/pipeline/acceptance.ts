import { Injectable } from '@nestjs/common';
import type { ReceivedRecord } from '../domain/received-record.js';
import { GatherQueue } from './gather-queue.js';

/** Why a request was not accepted. Nothing of it is promised; its sender should try again. */
export class NotAccepted extends Error {
  override readonly name = 'NotAccepted';

  constructor(
    readonly reason: 'busy' | 'kafka',
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/** The one way in. When `accept` resolves, Kafka has every record on all in-sync replicas. */
@Injectable()
export class Acceptance {
  constructor(private readonly queue: GatherQueue<ReceivedRecord>) {}

  /** @throws {NotAccepted} */
  async accept(records: readonly ReceivedRecord[]): Promise<void> {
    try {
      await this.queue.submit(records);
    } catch (error) {
      throw new NotAccepted((error as Error).name === 'QueueFull' ? 'busy' : 'kafka', { cause: error });
    }
  }
}
