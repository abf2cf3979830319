import { messageOf } from '@rapport/platform';
import type { LiveLog } from './live-log.js';
import { LiveReading, type LiveReadingOptions, type LiveVoice } from './live-reading.js';
import { LOOKUP_IDS_MAX, type MembershipLookup } from './membership-lookup.js';

export interface LiveViewOptions extends LiveReadingOptions {
  readonly onTrouble?: (reason: string) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

const TICK_MS = 1_000;
const LOOKUP_PAUSE_MS = 5_000;
const RETRY_MS = 1_000;

/** Keeps a reading of the log going while somebody listens; without listeners nothing is read. */
export class LiveView {
  private reading: LiveReading | undefined;
  private stopFollowing: () => Promise<void> = async () => undefined;
  private running = false;
  private timer: NodeJS.Timeout | undefined;
  private retry: NodeJS.Timeout | undefined;
  private lookupAgainMs = 0;
  private readonly now: () => number;
  /** Set by who tells. */
  voice: LiveVoice = { news: () => undefined, told: async () => undefined };

  constructor(
    private readonly log: LiveLog,
    private readonly lookup: MembershipLookup,
    private readonly options: LiveViewOptions,
  ) {
    this.now = options.now ?? Date.now;
  }

  /** Undefined while it is reading back, or cannot read. */
  get present(): LiveReading | undefined {
    return this.reading?.isReady ? this.reading : undefined;
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.timer = setInterval(() => this.reading?.tick(), TICK_MS);
    void this.read();
  }

  async stop(): Promise<void> {
    this.running = false;
    clearInterval(this.timer);
    clearTimeout(this.retry);
    this.reading = undefined;
    await this.stopFollowing();
  }

  /** Learns the segments of those who arrived. When their owner does not answer they are told without, and asked for again later. */
  async lookUpArrivals(): Promise<void> {
    const presence = this.present?.presence;
    if (presence === undefined || this.now() < this.lookupAgainMs) return;
    for (let ids = presence.takeUnknown(LOOKUP_IDS_MAX); ids.length > 0; ids = presence.takeUnknown(LOOKUP_IDS_MAX)) {
      try {
        const found = await this.lookup.find(ids);
        for (const id of ids) presence.know(id, found.get(id) ?? []);
      } catch {
        presence.putBackUnknown(ids);
        this.lookupAgainMs = this.now() + LOOKUP_PAUSE_MS;
        return;
      }
    }
  }

  private async read(): Promise<void> {
    const reading = new LiveReading(this.options, this.now, this.voice);
    this.reading = reading;
    let stop = async (): Promise<void> => undefined;
    const lost = (reason: string): void => {
      if (this.reading !== reading) return;
      this.reading = undefined;
      this.options.onTrouble?.(reason);
      void stop();
      this.retry = setTimeout(() => void this.read(), RETRY_MS);
    };
    try {
      stop = await this.log.follow(reading.sinceMs, reading, lost);
      if (this.reading === reading) this.stopFollowing = stop;
      else await stop();
    } catch (error) {
      lost(messageOf(error));
    }
  }
}
