import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { logger, PG_POOL } from '@rapport/platform';
import type pg from 'pg';
import { InboxListener } from './inbox-listener.js';
import { InboxStore, type InboxMessage } from './inbox-store.js';

/** Who listens to an inbox. `send` resolves when there is room for more; it rejects when the listener is gone. */
export interface Listener {
  readonly profileId: string;
  /** The number of the last message that he has. */
  position: number;
  send(message: InboxMessage): Promise<void>;
  close(): void;
}

const LISTENERS_MAX = 10_000;
const LISTENERS_PER_PROFILE_MAX = 10;
const PAGE = 100;
/** A notification of the database may get lost with its connection: look anyway. */
const LOOK_EVERY_MS = 15_000;

/**
 * Everybody who listens to an inbox through this process. Being woken means "read what is after your position": nothing is kept in memory for a slow
 * listener, nothing is sent twice, and messages that other replicas wrote arrive in the same order.
 */
@Injectable()
export class InboxHub implements OnModuleInit, OnModuleDestroy {
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly feeding = new Map<Listener, 'feeding' | 'again'>();
  private readonly source: InboxListener;
  private timer: NodeJS.Timeout | undefined;
  private count = 0;

  constructor(
    @Inject(PG_POOL) pool: pg.Pool,
    @Inject(InboxStore) private readonly store: InboxStore,
  ) {
    this.source = new InboxListener(pool, (profileId) => this.wake(profileId));
  }

  async onModuleInit(): Promise<void> {
    await this.source.start();
    this.timer = setInterval(() => this.wake('all'), LOOK_EVERY_MS).unref();
  }

  /** Before the pool ends: listeners are cut, their apps connect again elsewhere. */
  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.source.stop();
    for (const listener of [...this.listeners.values()].flatMap((set) => [...set])) this.remove(listener);
  }

  /** Takes a listener in, calling `ready` before anything is sent to it. @returns false when there are too many already. */
  add(listener: Listener, ready: () => void): boolean {
    const set = this.listeners.get(listener.profileId) ?? new Set();
    if (this.count >= LISTENERS_MAX || set.size >= LISTENERS_PER_PROFILE_MAX) return false;
    this.listeners.set(listener.profileId, set.add(listener));
    this.count += 1;
    ready();
    void this.feed(listener);
    return true;
  }

  remove(listener: Listener): void {
    const set = this.listeners.get(listener.profileId);
    if (!set?.delete(listener)) return;
    this.count -= 1;
    if (set.size === 0) this.listeners.delete(listener.profileId);
    listener.close();
  }

  private wake(profileId: string): void {
    const sets = profileId === 'all' ? [...this.listeners.values()] : [this.listeners.get(profileId) ?? []];
    for (const set of sets) for (const listener of set) void this.feed(listener);
  }

  /** One feeder per listener at a time; being woken meanwhile makes it look once more. */
  private async feed(listener: Listener): Promise<void> {
    if (this.feeding.has(listener)) return void this.feeding.set(listener, 'again');
    try {
      do {
        this.feeding.set(listener, 'feeding');
        await this.deliverAll(listener);
      } while (this.feeding.get(listener) === 'again' && this.isOn(listener));
    } catch (error) {
      logger.debug({ err: error }, 'a listener of an inbox is gone');
      this.remove(listener);
    } finally {
      this.feeding.delete(listener);
    }
  }

  private async deliverAll(listener: Listener): Promise<void> {
    for (;;) {
      const page = await this.store.after(listener.profileId, listener.position, PAGE);
      for (const message of page) {
        if (!this.isOn(listener)) return;
        await listener.send(message);
        listener.position = message.sequence;
      }
      if (page.length < PAGE) return;
    }
  }

  private isOn(listener: Listener): boolean {
    return this.listeners.get(listener.profileId)?.has(listener) ?? false;
  }
}
