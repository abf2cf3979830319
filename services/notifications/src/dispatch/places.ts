import type { LocalChannel, RemoteChannel } from '../channels/channel.js';
import type { WrittenChannel } from '../templates/template.js';
import type { Claimed } from './delivery-store.js';
import type { ProviderHealth } from './provider-health.js';

/** How many deliveries this process has in its hands, per channel and per provider: whoever is slow or down holds up itself only. */
export class Places {
  private readonly channels = new Map<WrittenChannel, number>();
  /** With the address that leads to the provider, so that the claim can leave it out. */
  private readonly providers = new Map<string, { count: number; readonly address: string }>();

  constructor(
    private readonly remote: ReadonlyMap<WrittenChannel, RemoteChannel>,
    private readonly local: ReadonlyMap<WrittenChannel, LocalChannel>,
    private readonly health: Pick<ProviderHealth, 'state' | 'open'>,
  ) {}

  /** How many more each channel can take. */
  free(now: Date): Map<WrittenChannel, number> {
    const free = new Map<WrittenChannel, number>();
    const left = (channel: WrittenChannel, most: number): number => Math.max(0, most - (this.channels.get(channel) ?? 0));
    for (const { channel, concurrency } of this.local.values()) free.set(channel, left(channel, concurrency));
    for (const remote of this.remote.values()) {
      // a channel with a single provider is asked for nothing while that one is down
      const state = this.health.state(remote.providerOf(''), now);
      free.set(remote.channel, left(remote.channel, state === 'closed' ? remote.capabilities.concurrency : state === 'probing' ? 1 : 0));
    }
    return free;
  }

  /** Addresses whose providers are down or have enough to do. */
  held(now: Date): string[] {
    const full = [...this.providers]
      .filter(([provider, { count }]) => count >= this.limitOf(provider, now))
      .map(([, { address }]) => address);
    const down = this.health.open('webhook:', now).map((provider) => provider.slice('webhook:'.length));
    return [...new Set([...full, ...down])];
  }

  /** @returns how to give the place back (once), or nothing when the provider has none. */
  take({ channel, address }: Claimed, now: Date): (() => void) | undefined {
    const provider = this.remote.get(channel)?.providerOf(address);
    const place = provider === undefined ? undefined : (this.providers.get(provider) ?? { count: 0, address });
    if (provider !== undefined && place !== undefined) {
      if (this.health.state(provider, now) === 'open' || place.count >= this.limitOf(provider, now)) return undefined;
      place.count += 1;
      this.providers.set(provider, place);
    }
    this.channels.set(channel, (this.channels.get(channel) ?? 0) + 1);
    let taken = true;
    return () => {
      if (!taken) return;
      taken = false;
      this.channels.set(channel, (this.channels.get(channel) ?? 1) - 1);
      if (provider !== undefined && place !== undefined && --place.count === 0) this.providers.delete(provider);
    };
  }

  private limitOf(provider: string, now: Date): number {
    const channel = this.remote.get(provider.split(':', 1)[0] as WrittenChannel);
    return this.health.state(provider, now) === 'closed' ? (channel?.capabilities.concurrencyPerProvider ?? 1) : 1;
  }
}
