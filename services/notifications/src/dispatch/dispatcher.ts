import { logger } from '@rapport/platform';
import type { FrozenMessage, LocalChannel, RemoteChannel, SendResult } from '../channels/channel.js';
import type { WrittenChannel } from '../templates/template.js';
import { afterAttempt, type NextStep } from './after-attempt.js';
import type { Claimed, DeliveryStore, Frozen } from './delivery-store.js';
import { ambiguousTotal, deliveriesTotal, handOverSeconds, lostLeasesTotal, providerSeconds } from './dispatch-metrics.js';
import { type PrepareOptions, type Prepared, prepareMessages } from './prepare-message.js';
import type { ProviderHealth } from './provider-health.js';

export interface DispatcherOptions {
  readonly store: DeliveryStore;
  readonly health: ProviderHealth;
  readonly prepare: PrepareOptions;
  readonly remote: readonly RemoteChannel[];
  readonly local: readonly LocalChannel[];
  readonly pollMs: number;
  readonly leaseMarginMs: number;
}

/** Rendering and the statements before a call take this long at most, or the claim is lost to another replica. */
const CLAIM_LEASE_MS = 15_000;
const FAULT_PAUSE_MS = 1_000;
const TAKE_OVER_EVERY_MS = 1_000;
const TAKE_OVER_MAX = 50;
const RENDERER_BUSY_MS = 1_000;
const STOP_TIMEOUT_MS = 8_000;
const PERSIST_PAUSE_MS = 200;
const NEVER = new AbortController().signal;

/**
 * Hands deliveries over: claim under a lease, render, commit `dispatching` with the frozen message, call, commit the outcome. What was committed
 * before the call tells any other process what may have happened when this one does not come back. Each channel, and each provider in it, has its
 * own number of calls under way: a slow one holds up itself only.
 */
export class Dispatcher {
  private readonly remote: ReadonlyMap<WrittenChannel, RemoteChannel>;
  private readonly local: ReadonlyMap<WrittenChannel, LocalChannel>;
  private readonly busyChannels = new Map<WrittenChannel, number>();
  /** Calls under way per provider, with the address that leads to it. */
  private readonly busyProviders = new Map<string, { count: number; address: string }>();
  private readonly underWay = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private tookOverAt = 0;

  constructor(private readonly options: DispatcherOptions) {
    this.remote = new Map(options.remote.map((channel) => [channel.channel, channel]));
    this.local = new Map(options.local.map((channel) => [channel.channel, channel]));
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Claims nothing more and lets what is under way come to its end, within bounds. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    const timeout = new Promise((resolve) => setTimeout(resolve, STOP_TIMEOUT_MS).unref());
    await Promise.race([Promise.all(this.underWay), timeout]);
    await Promise.all(this.options.remote.map((channel) => channel.close()));
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      let pauseMs = this.options.pollMs;
      try {
        if (await this.round()) pauseMs = 0;
      } catch (error) {
        logger.warn({ err: error }, 'the dispatcher cannot claim');
        pauseMs = FAULT_PAUSE_MS;
      }
      await pause(pauseMs, this.stopping.signal);
    }
  }

  /** One look at the queue. @returns whether there is probably more. */
  private async round(): Promise<boolean> {
    const now = new Date();
    const { store, health } = this.options;
    await health.refresh(now);
    await this.takeOver(now);
    const slots = this.freeSlots(now);
    const claimed = await store.claim(slots, this.heldAddresses(now), CLAIM_LEASE_MS);
    let more = false;
    for (const [channel, asked] of slots) {
      const deliveries = claimed.filter((delivery) => delivery.channel === channel);
      if (deliveries.length === 0) continue;
      more ||= deliveries.length === asked;
      const admitted = await this.admit(channel, deliveries, now);
      if (admitted.length > 0) this.track(channel, admitted);
    }
    return more;
  }

  private freeSlots(now: Date): Map<WrittenChannel, number> {
    const slots = new Map<WrittenChannel, number>();
    const free = (channel: WrittenChannel, most: number): Map<WrittenChannel, number> => slots.set(channel, Math.max(0, most - (this.busyChannels.get(channel) ?? 0)));
    for (const remote of this.remote.values()) {
      // a channel with a single provider is asked for nothing while that one is down
      const state = this.options.health.state(remote.providerOf(''), now);
      free(remote.channel, state === 'closed' ? remote.capabilities.concurrency : state === 'probing' ? 1 : 0);
    }
    for (const { channel, concurrency } of this.local.values()) free(channel, concurrency);
    return slots;
  }

  /** Addresses of providers that are down or have enough to do. */
  private heldAddresses(now: Date): string[] {
    const full = [...this.busyProviders.entries()].filter(([provider, { count }]) => count >= this.limitOf(provider, now)).map(([, { address }]) => address);
    const down = this.options.health.open('webhook:', now).map((provider) => provider.slice('webhook:'.length));
    return [...new Set([...full, ...down])];
  }

  private limitOf(provider: string, now: Date): number {
    const channel = this.remote.get(provider.split(':')[0] as WrittenChannel);
    return this.options.health.state(provider, now) === 'closed' ? (channel?.capabilities.concurrencyPerProvider ?? 1) : 1;
  }

  /** Takes a place at the provider for each delivery; those that find none go back to the queue at once. */
  private async admit(channel: WrittenChannel, deliveries: readonly Claimed[], now: Date): Promise<Claimed[]> {
    const remote = this.remote.get(channel);
    if (!remote) return [...deliveries];
    const admitted: Claimed[] = [];
    const refused: Claimed[] = [];
    for (const delivery of deliveries) {
      const provider = remote.providerOf(delivery.address);
      const place = this.busyProviders.get(provider) ?? { count: 0, address: delivery.address };
      const free = this.options.health.state(provider, now) !== 'open' && place.count < this.limitOf(provider, now);
      (free ? admitted : refused).push(delivery);
      if (free) this.busyProviders.set(provider, { ...place, count: place.count + 1 });
    }
    await this.options.store.release(refused);
    return admitted;
  }

  /** Works on a batch beside the loop. Places are given back delivery by delivery. */
  private track(channel: WrittenChannel, deliveries: readonly Claimed[]): void {
    this.busyChannels.set(channel, (this.busyChannels.get(channel) ?? 0) + deliveries.length);
    const places = new Set(deliveries.map(({ id }) => id));
    const leave = (delivery: Claimed): void => {
      if (!places.delete(delivery.id)) return;
      this.busyChannels.set(channel, (this.busyChannels.get(channel) ?? 1) - 1);
      const provider = this.remote.get(channel)?.providerOf(delivery.address);
      const place = provider === undefined ? undefined : this.busyProviders.get(provider);
      if (provider === undefined || place === undefined) return;
      if (place.count <= 1) this.busyProviders.delete(provider);
      else this.busyProviders.set(provider, { ...place, count: place.count - 1 });
    };
    const work = this.deliver(channel, deliveries, leave)
      .catch((error: unknown) => logger.error({ err: error, channel }, 'deliveries were left to their lease'))
      .finally(() => {
        for (const delivery of deliveries) leave(delivery);
        this.underWay.delete(work);
      });
    this.underWay.add(work);
  }

  private async deliver(channel: WrittenChannel, deliveries: readonly Claimed[], leave: (delivery: Claimed) => void): Promise<void> {
    const remote = this.remote.get(channel);
    let deadline = 0;
    let frozen: Frozen[];
    try {
      const ready = await this.sortOut(deliveries, await prepareMessages(this.options.prepare, deliveries, new Date()));
      // counted from before the lease begins, by a clock that nobody sets
      deadline = performance.now() + (remote?.capabilities.callTimeoutMs ?? 0);
      frozen = remote ? await this.options.store.freeze(ready) : await this.keep(channel, ready);
    } catch (error) {
      // nothing was called yet, whatever the database has kept of it
      logger.warn({ err: error, channel, deliveries: deliveries.length }, 'deliveries go back to the queue');
      await this.persist(CLAIM_LEASE_MS, () => this.options.store.release(deliveries));
      return;
    }
    if (remote) await Promise.all(frozen.map((item) => this.call(remote, item, deadline).finally(() => leave(item.delivery))));
  }

  /** Ends what cannot be rendered, puts back what cannot be rendered now. @returns the rest, ready to be frozen. */
  private async sortOut(deliveries: readonly Claimed[], prepared: ReadonlyMap<string, Prepared>): Promise<Frozen[]> {
    const ready: Frozen[] = [];
    const later: Claimed[] = [];
    for (const delivery of deliveries) {
      const outcome = prepared.get(delivery.id);
      if (outcome?.kind === 'ready') {
        const remote = this.remote.get(delivery.channel);
        const leaseMs = (remote?.capabilities.callTimeoutMs ?? 0) + this.options.leaseMarginMs;
        ready.push({ delivery, message: outcome.message, provider: remote?.providerOf(delivery.address) ?? delivery.channel, leaseMs });
      } else if (outcome?.kind === 'failed') await this.report(delivery, { kind: 'failed', code: outcome.code });
      else later.push(delivery);
    }
    await this.options.store.release(later, RENDERER_BUSY_MS);
    return ready;
  }

  private async keep(channel: WrittenChannel, items: readonly Frozen[]): Promise<Frozen[]> {
    const local = this.local.get(channel);
    if (!local || items.length === 0) return [];
    const at = new Date();
    const kept = await this.options.store.keep(items, at, (sql, kept) => local.keep(sql, kept, at));
    for (const { delivery } of kept) this.count(delivery, { kind: 'sent', providerMessageId: null }, at);
    return kept;
  }

  private async call(remote: RemoteChannel, { delivery, message, provider }: Frozen, deadline: number): Promise<void> {
    const result = await this.ask(remote, delivery, message, deadline - performance.now());
    await this.conclude(remote, delivery, message.at, result);
    await this.options.health.record(provider, result.kind === 'accepted' || !result.providerFault ? undefined : result.code, new Date()).catch(() => undefined);
  }

  private async ask(remote: RemoteChannel, delivery: Claimed, message: FrozenMessage, timeLeftMs: number): Promise<SendResult> {
    // this process stood still after the commit: another one may have judged its lease already
    if (timeLeftMs <= 0) return { kind: 'rejected', code: 'TOO_LATE', retryable: true };
    const endTimer = providerSeconds.startTimer({ channel: delivery.channel });
    try {
      return await remote.send(delivery, message, AbortSignal.timeout(Math.ceil(timeLeftMs)));
    } catch (error) {
      logger.error({ err: error, channel: delivery.channel }, 'a channel broke');
      return { kind: 'unknown', code: 'CHANNEL_BROKE' };
    } finally {
      endTimer();
    }
  }

  private async conclude(remote: RemoteChannel, delivery: Claimed, frozenAt: string, result: SendResult): Promise<void> {
    const { purpose, attempt, expiresAt } = delivery;
    const { idempotencyKeyLifeMs } = remote.capabilities;
    const step = afterAttempt(result, { purpose, attempt, expiresAt, frozenAt: new Date(frozenAt), idempotencyKeyLifeMs }, new Date(), Math.random());
    if (result.kind === 'unknown') {
      ambiguousTotal.inc({ channel: delivery.channel, next: step.kind });
      logger.warn({ deliveryId: delivery.id, channel: delivery.channel, code: result.code, next: step.kind }, 'nobody knows whether this delivery was sent');
    }
    await this.report(delivery, step);
  }

  /** What a provider answered must not be forgotten because the database is away: that would make it ambiguous. */
  private async report(delivery: Claimed, step: NextStep): Promise<void> {
    const at = new Date();
    const ours = await this.persist(this.options.leaseMarginMs, () => this.options.store.report({ delivery, step }, at));
    if (ours) this.count(delivery, step, at);
    else lostLeasesTotal.inc({ channel: delivery.channel });
  }

  /** Tries a statement again until it succeeds or the lease has run out. @throws the last error */
  private async persist<T>(withinMs: number, statement: () => Promise<T>): Promise<T> {
    for (const until = performance.now() + withinMs; ; ) {
      try {
        return await statement();
      } catch (error) {
        if (performance.now() >= until) throw error;
        await pause(PERSIST_PAUSE_MS, NEVER);
      }
    }
  }

  private count({ channel, createdAt }: Claimed, step: NextStep, at: Date): void {
    deliveriesTotal.inc({ channel, next: step.kind });
    if (step.kind === 'sent') handOverSeconds.observe({ channel }, Math.max(0, at.getTime() - createdAt.getTime()) / 1000);
  }

  /** Calls whose process did not come back: ask the provider where that is possible, else the policy decides. */
  private async takeOver(now: Date): Promise<void> {
    if (now.getTime() - this.tookOverAt < TAKE_OVER_EVERY_MS) return;
    this.tookOverAt = now.getTime();
    for (const delivery of await this.options.store.takeOver(TAKE_OVER_MAX, CLAIM_LEASE_MS)) {
      const remote = this.remote.get(delivery.channel);
      if (!remote || !delivery.rendered) continue;
      const answer = await remote.ask?.(delivery, AbortSignal.timeout(CLAIM_LEASE_MS / 3)).catch(() => undefined);
      const result: SendResult =
        answer === 'not_seen' ? { kind: 'rejected', code: 'NOT_SEEN', retryable: true } : (answer ?? { kind: 'unknown', code: 'LEASE_EXPIRED' });
      await this.conclude(remote, delivery, delivery.rendered.at, result);
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
