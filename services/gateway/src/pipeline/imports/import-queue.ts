import { setTimeout as pause } from 'node:timers/promises';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { logger } from '@rapport/platform';
import { type ImportParts, runImport } from './run-import.js';

const DISK_PAUSE_MS = 5_000;
const FORGET_INTERVAL_MS = 10 * 60_000;
const DAY_MS = 86_400_000;
const log = logger.child({ part: 'imports' });

export interface QueueOptions {
  /** Imports at work at the same time in this gateway; the others wait. */
  readonly atOnce: number;
  readonly rejectsKeptDays: number;
  /** Also of the marks by which rows are known to be in: as long as the records that they became are kept. */
  readonly importsKeptDays: number;
}

/** Works off the imports whose files are on this gateway, oldest first, from where they stand, however often the process is started. */
export class ImportQueue implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly waiting: string[] = [];
  private readonly known = new Set<string>();
  private readonly lanes: Promise<void>[] = [];
  private bell = newBell();
  private forgetting: NodeJS.Timeout | undefined;

  constructor(
    private readonly parts: ImportParts,
    private readonly options: QueueOptions,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (let lane = 0; lane < this.options.atOnce; lane++) this.lanes.push(this.work());
    this.forgetting = setInterval(() => void this.forget(), FORGET_INTERVAL_MS).unref();
    try {
      for (const id of (await this.parts.spool.ids()).sort()) this.add(id);
    } catch (error) {
      log.error({ err: error }, 'the directory of imports cannot be read');
    }
  }

  add(id: string): void {
    if (this.known.has(id)) return;
    this.known.add(id);
    this.waiting.push(id);
    this.ring();
  }

  /** Before the pool and Kafka are left: the blocks under way are counted. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.forgetting);
    this.stopping.abort();
    this.ring();
    await Promise.all(this.lanes);
  }

  /** Only who rings hangs up a new bell: a lane that did would leave the others waiting for one that nobody rings. */
  private ring(): void {
    const { ring } = this.bell;
    this.bell = newBell();
    ring();
  }

  private async work(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const id = this.waiting.shift();
      if (id === undefined) {
        await this.bell.rung;
        continue;
      }
      await this.run(id, signal);
    }
  }

  /** A fault of the disk is tried again for ever: the file is here, and nothing else has it. */
  private async run(id: string, signal: AbortSignal): Promise<void> {
    try {
      await runImport(this.parts, id, signal);
      this.known.delete(id);
    } catch (error) {
      if (signal.aborted) return;
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        log.error({ importId: id }, 'the file of an import has vanished');
        this.known.delete(id);
        return;
      }
      log.error({ err: error, importId: id }, 'an import stopped and is tried again');
      await pause(DISK_PAUSE_MS, undefined, { signal }).catch(() => undefined);
      this.waiting.push(id);
    }
  }

  private async forget(): Promise<void> {
    const now = Date.now();
    const { rejectsKeptDays, importsKeptDays } = this.options;
    try {
      await this.parts.store.forget(new Date(now - rejectsKeptDays * DAY_MS), new Date(now - importsKeptDays * DAY_MS));
    } catch (error) {
      log.warn({ err: error }, 'old imports were not forgotten');
    }
  }
}

function newBell(): { readonly rung: Promise<void>; readonly ring: () => void } {
  let ring: () => void = () => undefined;
  const rung = new Promise<void>((resolve) => {
    ring = resolve;
  });
  return { rung, ring };
}
