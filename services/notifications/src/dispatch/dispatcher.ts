import { logger } from '@rapport/platform';
import type { FrozenMessage, LocalChannel, RemoteChannel, SendResult } from '../channels/channel.js';
import type { WrittenChannel } from '../templates/template.js';
import { afterAttempt, type NextStep } from './after-attempt.js';
import type { Claimed, DeliveryStore, Frozen } from './delivery-store.js';
import { ambiguousTotal, deliveriesTotal, handOverSeconds, lostLeasesTotal, providerSeconds } from './dispatch-metrics.js';
import { Places } from './places.js';
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

/** For rendering and the statements before a call. Too short only means that two replicas render the same: the freeze lets one of them send. */
const CLAIM_LEASE_MS = 5_000;
const FAULT_PAUSE_MS = 1_000;
const TAKE_OVER_EVERY_MS = 1_000;
const TAKE_OVER_MAX = 20;
const ASK_TIMEOUT_MS = 2_000;
const TAKE_OVER_LEASE_MS = 60_000;
const RENDERER_BUSY_MS = 1_000;
const STOP_TIMEOUT_MS = 8_000;
const PERSIST_PAUSE_MS = 200;
const NEVER = new AbortController().signal;

/**
 * Hands deliveries over: claim under a lease, render, commit `dispatching` with the frozen message, call, commit the outcome. What was committed
 * before the call tells any other process what may have happened when this one does not come back. The loop only claims; all work is done beside it.
 */
export class Dispatcher {
  private readonly remote: ReadonlyMap<WrittenChannel, RemoteChannel>;
  private readonly local: ReadonlyMap<WrittenChannel, LocalChannel>;
  private readonly places: Places;
  private readonly underWay = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  /** Ends the pause between two looks at the queue. */
  private woken = new AbortController();
  private takingOver = false;
  private tookOverAt = 0;

  constructor(private readonly options: DispatcherOptions) {
    this.remote = new Map(options.remote.map((channel) => [channel.channel, channel]));
    this.local = new Map(options.local.map((channel) => [channel.channel, channel]));
    this.places = new Places(this.remote, this.local, options.health);
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Looks at the queue now: something was queued. */
  wake(): void {
    this.woken.abort();
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
      this.woken = new AbortController();
      try {
        if (await this.round()) pauseMs = 0;
      } catch (error) {
        logger.warn({ err: error }, 'the dispatcher cannot claim');
        pauseMs = FAULT_PAUSE_MS;
      }
      await pause(pauseMs, AbortSignal.any([this.stopping.signal, this.woken.signal]));
    }
  }

  /** One look at the queue. @returns whether there is probably more. */
  private async round(): Promise<boolean> {
    const now = new Date();
    const { store, health } = this.options;
    await health.refresh(now);
    if (!this.takingOver && now.getTime() - this.tookOverAt >= TAKE_OVER_EVERY_MS) this.beside(this.takeOver(now));
    const slots = this.places.free(now);
    const claimed = await store.claim(slots, this.places.held(now), CLAIM_LEASE_MS);
    const refused: Claimed[] = [];
    let more = false;
    for (const [channel, asked] of slots) {
      const deliveries = claimed.filter((delivery) => delivery.channel === channel);
      more ||= deliveries.length > 0 && deliveries.length === asked;
      const admitted = new Map<Claimed, () => void>();
      for (const delivery of deliveries) {
        const leave = this.places.take(delivery, now);
        if (leave) admitted.set(delivery, leave);
        else refused.push(delivery);
      }
      if (admitted.size > 0) this.beside(this.deliver(channel, admitted));
    }
    await store.release(refused);
    return more;
  }

  private beside(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => logger.error({ err: error }, 'deliveries were left to their lease'))
      .finally(() => this.underWay.delete(tracked));
    this.underWay.add(tracked);
  }

  /** Works on a batch of one channel; places are given back one by one. */
  private async deliver(channel: WrittenChannel, admitted: ReadonlyMap<Claimed, () => void>): Promise<void> {
    try {
      const remote = this.remote.get(channel);
      const { frozen, deadline } = await this.freeze(channel, [...admitted.keys()]);
      const ready = new Set(frozen.map(({ delivery }) => delivery));
      for (const [delivery, leave] of admitted) if (!ready.has(delivery)) leave();
      if (remote) await Promise.all(frozen.map((item) => this.call(remote, item, deadline).finally(admitted.get(item.delivery))));
    } finally {
      for (const leave of admitted.values()) leave();
    }
  }

  /** Renders a batch and commits it: as about to be sent, or, on a local channel, as sent. */
  private async freeze(channel: WrittenChannel, deliveries: readonly Claimed[]): Promise<{ frozen: Frozen[]; deadline: number }> {
    const { store, prepare } = this.options;
    const remote = this.remote.get(channel);
    try {
      const ready = await this.sortOut(deliveries, await prepareMessages(prepare, deliveries, new Date()));
      // counted from before the lease begins, by a clock that nobody sets
      const deadline = performance.now() + (remote?.capabilities.callTimeoutMs ?? 0);
      return { frozen: remote ? await store.freeze(ready) : await this.keep(channel, ready), deadline };
    } catch (error) {
      // nothing was called yet, whatever the database has kept of it
      logger.warn({ err: error, channel, deliveries: deliveries.length }, 'deliveries go back to the queue');
      await this.persist(CLAIM_LEASE_MS, () => store.release(deliveries));
      return { frozen: [], deadline: 0 };
    }
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
    await this.options.health
      .record(provider, result.kind === 'accepted' || !result.providerFault ? undefined : result.code, new Date())
      .catch(() => undefined);
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
    const step = afterAttempt(
      result,
      { purpose, attempt, expiresAt, frozenAt: new Date(frozenAt), idempotencyKeyLifeMs },
      new Date(),
      Math.random(),
    );
    if (result.kind === 'unknown') {
      ambiguousTotal.inc({ channel: delivery.channel, next: step.kind });
      logger.warn(
        { deliveryId: delivery.id, channel: delivery.channel, code: result.code, next: step.kind },
        'nobody knows whether this delivery was sent',
      );
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
    this.takingOver = true;
    this.tookOverAt = now.getTime();
    try {
      for (const delivery of await this.options.store.takeOver(TAKE_OVER_MAX, TAKE_OVER_LEASE_MS)) await this.judge(delivery);
    } finally {
      this.takingOver = false;
    }
  }

  private async judge(delivery: Claimed): Promise<void> {
    const remote = this.remote.get(delivery.channel);
    if (!remote || !delivery.rendered) return;
    const answer = await remote.ask?.(delivery, AbortSignal.timeout(ASK_TIMEOUT_MS)).catch(() => undefined);
    const result: SendResult =
      answer === 'not_seen'
        ? { kind: 'rejected', code: 'NOT_SEEN', retryable: true }
        : (answer ?? { kind: 'unknown', code: 'LEASE_EXPIRED' });
    await this.conclude(remote, delivery, delivery.rendered.at, result);
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
