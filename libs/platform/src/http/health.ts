import { Injectable } from '@nestjs/common';

/** Whether one thing that the service cannot do without works now. Must not change anything, and carries no personal data. */
export interface HealthIndicator {
  /** `database`, `stream`, … */
  readonly name: string;
  /** Rejecting counts as not healthy. */
  check(): Promise<Health> | Health;
}

export interface Health {
  readonly ok: boolean;
  /** Why not: `not connected`, `no batch for 65 s while 1200 records wait`. */
  readonly reason?: string;
}

const CHECK_TIMEOUT_MS = 2_000;

/** What `/health/ready` asks. Modules add their indicator when they start. */
@Injectable()
export class HealthRegistry {
  private readonly indicators = new Map<string, HealthIndicator>();
  private draining = false;

  register(indicator: HealthIndicator): void {
    this.indicators.set(indicator.name, indicator);
  }

  /** From now on not ready: the service is going down and should get no new work. */
  drain(): void {
    this.draining = true;
  }

  async readiness(): Promise<{ readonly ok: boolean; readonly checks: Readonly<Record<string, Health>> }> {
    const checks = await Promise.all(
      [...this.indicators.values()].map(async (indicator) => [indicator.name, await ask(indicator)] as const),
    );
    if (this.draining) checks.push(['shutdown', { ok: false, reason: 'shutting down' }]);
    return { ok: checks.every(([, health]) => health.ok), checks: Object.fromEntries(checks) };
  }
}

async function ask(indicator: HealthIndicator): Promise<Health> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Health>((resolve) => {
    timer = setTimeout(resolve, CHECK_TIMEOUT_MS, { ok: false, reason: `no answer in ${CHECK_TIMEOUT_MS} ms` });
  });
  try {
    return await Promise.race([Promise.resolve(indicator.check()), late]);
  } catch (error) {
    const { code } = error as { code?: unknown };
    return { ok: false, reason: typeof code === 'string' ? code : 'failed' };
  } finally {
    clearTimeout(timer);
  }
}
