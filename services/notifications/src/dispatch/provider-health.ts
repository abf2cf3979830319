import { logger, type Sql } from '@rapport/platform';
import { afterFault, afterSuccess, type Circuit, HEALTHY, stateOf } from './circuit-breaker.js';

const REFRESH_MS = 1_000;
const PROVIDERS_MAX = 1_000;

/**
 * The circuit breakers of all providers. A change is written to `provider_health`, where decisions (`PROVIDER_DOWN`) and the other replicas see it;
 * what the others found is read once a second.
 */
export class ProviderHealth {
  private readonly circuits = new Map<string, Circuit>();
  private refreshedAt = 0;

  constructor(private readonly sql: Sql) {}

  state(provider: string, now: Date): 'closed' | 'open' | 'probing' {
    return stateOf(this.circuits.get(provider) ?? HEALTHY, now);
  }

  /** Providers of a channel that get nothing now. */
  open(prefix: string, now: Date): string[] {
    return [...this.circuits]
      .filter(([provider, circuit]) => provider.startsWith(prefix) && stateOf(circuit, now) === 'open')
      .map(([provider]) => provider);
  }

  async record(provider: string, fault: string | undefined, now: Date): Promise<void> {
    const before = this.circuits.get(provider) ?? HEALTHY;
    const after = fault === undefined ? afterSuccess() : afterFault(before, now);
    if (after === HEALTHY) this.circuits.delete(provider);
    else if (this.circuits.size < PROVIDERS_MAX || this.circuits.has(provider)) this.circuits.set(provider, after);
    if (before.downUntil?.getTime() === after.downUntil?.getTime()) return;
    if (after.downUntil === null) {
      logger.info({ provider: kindOf(provider) }, 'provider is up again');
      await this.sql.query('health-up', 'DELETE FROM provider_health WHERE channel = $1', [provider]);
    } else {
      logger.warn({ provider: kindOf(provider), code: fault, until: after.downUntil }, 'provider is down');
      await this.sql.query('health-down', DOWN, [provider, after.downUntil, fault, now]);
    }
  }

  /** Takes over what other replicas found. */
  async refresh(now: Date): Promise<void> {
    if (now.getTime() - this.refreshedAt < REFRESH_MS) return;
    this.refreshedAt = now.getTime();
    const rows = await this.sql.query<{ channel: string; down_until: Date }>(
      'health-read',
      'SELECT channel, down_until FROM provider_health ORDER BY channel LIMIT 1000',
    );
    const down = new Map(rows.map((row) => [row.channel, row.down_until]));
    for (const [provider, downUntil] of down) {
      const known = this.circuits.get(provider) ?? HEALTHY;
      if (known.downUntil === null || known.downUntil < downUntil)
        this.circuits.set(provider, { ...known, trips: Math.max(known.trips, 1), downUntil });
    }
    for (const [provider, circuit] of this.circuits) {
      if (circuit.downUntil !== null && !down.has(provider)) this.circuits.delete(provider);
    }
  }
}

/** Without the endpoint, whose URL may be somebody's secret. */
const kindOf = (provider: string): string => provider.split(':', 1)[0] ?? provider;

const DOWN = `
  INSERT INTO provider_health (channel, down_until, reason, updated_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (channel) DO UPDATE SET down_until = GREATEST(provider_health.down_until, EXCLUDED.down_until), reason = EXCLUDED.reason, updated_at = EXCLUDED.updated_at`;
