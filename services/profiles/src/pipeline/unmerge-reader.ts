import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { logger, StreamServer } from '@rapport/platform';
import { IDENTITY_DESK, type IdentityDesk, type Reading } from './identity-desk.js';
import { INTERACTION_HISTORY, type InteractionHistory } from './interaction-history.js';
import { ResolveProfilesPipeline } from './resolve-profiles.pipeline.js';

/** As many as one fact can list, and a transaction can fold in a second or two. */
export const HISTORY_MAX = 20_000;
const LOOK_EVERY_MS = 1_000;
/** Another replica takes over what was not read by then. */
const LEASE_MS = 120_000;
const AT_ONCE = 4;

/** Fetches what un-merges need, beside the stream: no lock is held while another service is asked. */
@Injectable()
export class UnmergeReader implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  constructor(
    @Inject(IDENTITY_DESK) private readonly desk: IdentityDesk,
    @Inject(INTERACTION_HISTORY) private readonly history: InteractionHistory,
    @Inject(StreamServer) private readonly stream: StreamServer,
    @Inject(ResolveProfilesPipeline) pipeline: ResolveProfilesPipeline,
  ) {
    pipeline.onReading = () => void setTimeout(() => this.wake(), READ_AGAIN_MS).unref();
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.wake(), LOOK_EVERY_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** Something is to be read: at once rather than a second later. */
  wake(): void {
    this.running ??= this.readAll().finally(() => {
      this.running = undefined;
    });
  }

  private async readAll(): Promise<void> {
    try {
      const readings = await this.desk.takeReadings(AT_ONCE, LEASE_MS);
      await Promise.all(readings.map((reading) => this.read(reading)));
      if (readings.length > 0) this.stream.wake();
    } catch (error) {
      logger.warn({ err: error }, 'un-merges could not be looked for');
    }
  }

  private async read({ id, identifiers }: Reading): Promise<void> {
    try {
      const interactions = identifiers.length === 0 ? [] : await this.history.of(identifiers, HISTORY_MAX);
      if (interactions === undefined) await this.desk.refuse(id, 'HISTORY_TOO_LONG');
      else await this.desk.gave(id, interactions);
    } catch (error) {
      logger.warn({ err: error, requestId: id }, 'the interactions of an un-merge could not be read yet');
    }
  }
}

/** What is on its way between two services is there by then. */
const READ_AGAIN_MS = 500;
