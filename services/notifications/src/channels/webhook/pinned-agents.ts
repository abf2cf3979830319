import { Agent } from 'undici';
import type { Target } from './check-address.js';

const AGENTS_MAX = 64;

/** Connections that were opened to a checked address; the name is only used for TLS and the Host header. Bounded, oldest out first. */
export class PinnedAgents {
  private readonly agents = new Map<string, Agent>();

  constructor(private readonly options: { readonly connectTimeoutMs: number; readonly callTimeoutMs: number }) {}

  for({ url, address, family }: Extract<Target, { ok: true }>): Agent {
    const key = `${url.origin} ${address}`;
    const known = this.agents.get(key);
    if (known) return known;
    const { connectTimeoutMs, callTimeoutMs } = this.options;
    const agent = new Agent({
      connections: 8,
      connect: {
        timeout: connectTimeoutMs,
        lookup: (_name, { all }, answer) => (all ? answer(null, [{ address, family }]) : answer(null, address, family)),
      },
      headersTimeout: callTimeoutMs,
      bodyTimeout: callTimeoutMs,
      keepAliveTimeout: 4_000,
      maxHeaderSize: 16_384,
    });
    this.agents.set(key, agent);
    for (const [oldest, stale] of this.agents) {
      if (this.agents.size <= AGENTS_MAX) break;
      this.agents.delete(oldest);
      void stale.close();
    }
    return agent;
  }

  async close(): Promise<void> {
    await Promise.all([...this.agents.values()].map((agent) => agent.destroy()));
    this.agents.clear();
  }
}
