import { AsyncResource } from 'node:async_hooks';

/** What a queue must know of a record. */
export interface Sized {
  readonly bytes: number;
}

export interface GatherLimits {
  /** Of one send. */
  readonly sendRecordsMax: number;
  readonly sendBytesMax: number;
  /** Of everything that waits or is being sent. */
  readonly bufferRecordsMax: number;
  readonly bufferBytesMax: number;
}

/** The buffer is full: the caller should come again later. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull';
}

/** The records of one request, until all of them are sent or one of them is not. */
interface Ticket<R extends Sized> {
  readonly records: readonly R[];
  readonly bytes: number;
  /** Index of the first record that no send has taken yet. */
  next: number;
  unsettled: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers records across requests: a send begins at once when none is under way, and takes all that came in while the last one was. So an idle
 * gateway answers after one round trip, and a busy one pays a round trip for hundreds of requests; nobody waits for a timer.
 *
 * One send at a time keeps the order. A request whose records went out in several sends is done with the last; a send that fails fails the
 * requests that it carried something of, and no others.
 */
export class GatherQueue<R extends Sized> {
  private readonly waiting: Ticket<R>[] = [];
  private sending = false;
  private recordsHeld = 0;
  private bytesHeld = 0;

  constructor(
    private readonly send: (records: readonly R[]) => Promise<void>,
    private readonly limits: GatherLimits,
  ) {}

  /** Records that wait or are being sent. */
  get depth(): number {
    return this.recordsHeld;
  }

  /**
   * Resolves when every record has been sent. @throws {QueueFull} at once, without taking any. Rejects with the error of the send.
   * A request is taken whole into an empty buffer, even if it is larger than that.
   */
  submit(records: readonly R[]): Promise<void> {
    let bytes = 0;
    for (const record of records) bytes += record.bytes;
    const { bufferRecordsMax, bufferBytesMax } = this.limits;
    if (this.recordsHeld > 0 && (this.recordsHeld + records.length > bufferRecordsMax || this.bytesHeld + bytes > bufferBytesMax)) {
      return Promise.reject(new QueueFull(`${this.recordsHeld} records wait`));
    }
    if (records.length === 0) return Promise.resolve();
    this.recordsHeld += records.length;
    this.bytesHeld += bytes;
    return new Promise((resolve, reject) => {
      this.waiting.push({ records, bytes, next: 0, unsettled: records.length, resolve, reject });
      if (!this.sending) void this.pump();
    });
  }

  /** Resolves when nothing waits. */
  async drained(): Promise<void> {
    while (this.recordsHeld > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** Bound to no request: what it does is not part of the trace of the one that happened to set it going. */
  private readonly pump = AsyncResource.bind(async (): Promise<void> => {
    this.sending = true;
    while (this.waiting.length > 0) {
      const { records, shares } = this.takeSend();
      try {
        await this.send(records);
        for (const [ticket, count] of shares) this.settle(ticket, count);
      } catch (error) {
        for (const [ticket] of shares) this.fail(ticket, error);
      }
    }
    this.sending = false;
  });

  /** The oldest records, within the limits of one send, and how many of each request. */
  private takeSend(): { records: R[]; shares: [Ticket<R>, number][] } {
    const { sendRecordsMax, sendBytesMax } = this.limits;
    const records: R[] = [];
    const shares: [Ticket<R>, number][] = [];
    let bytes = 0;
    let done = 0;
    for (const ticket of this.waiting) {
      const from = ticket.next;
      while (ticket.next < ticket.records.length) {
        const record = ticket.records[ticket.next]!;
        if (records.length > 0 && (records.length >= sendRecordsMax || bytes + record.bytes > sendBytesMax)) break;
        records.push(record);
        bytes += record.bytes;
        ticket.next++;
      }
      if (ticket.next > from) shares.push([ticket, ticket.next - from]);
      if (ticket.next < ticket.records.length) break;
      done++;
    }
    this.waiting.splice(0, done);
    return { records, shares };
  }

  private settle(ticket: Ticket<R>, count: number): void {
    ticket.unsettled -= count;
    if (ticket.unsettled > 0) return;
    this.release(ticket);
    ticket.resolve();
  }

  private fail(ticket: Ticket<R>, error: unknown): void {
    if (this.waiting[0] === ticket) this.waiting.shift();
    this.release(ticket);
    ticket.reject(error);
  }

  private release(ticket: Ticket<R>): void {
    this.recordsHeld -= ticket.records.length;
    this.bytesHeld -= ticket.bytes;
  }
}
