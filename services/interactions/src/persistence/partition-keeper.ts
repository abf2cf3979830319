import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { logger, PG_POOL, SERVICE_CONFIG } from '@rapport/platform';
import type pg from 'pg';
import type { Config } from '../config.js';
import { keepPartitions } from './keep-partitions.js';

/** Keeps partitions ahead of the clock: at the start, and then every hour or so. */
@Injectable()
export class PartitionKeeper implements OnModuleInit, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> = Promise.resolve();

  constructor(
    @Inject(PG_POOL) private readonly pool: pg.Pool,
    @Inject(SERVICE_CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.run();
    this.timer = setInterval(() => this.run(), this.config.partitionsIntervalMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.underWay;
  }

  /** A failure waits for the next time: there are weeks of partitions left. */
  private run(): void {
    this.underWay = keepPartitions(this.pool, new Date(), this.config).then(
      (kept) => {
        if (kept !== null && kept.created.length + kept.dropped.length > 0) logger.info(kept, 'partitions kept');
      },
      (error: unknown) => logger.warn({ err: error }, 'partitions could not be kept; tried again later'),
    );
  }
}
