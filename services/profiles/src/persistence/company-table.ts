import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { logger, PG_POOL } from '@rapport/platform';
import type pg from 'pg';
import type { CompanySource } from '../domain/companies.js';

const REFRESH_MS = 10_000;
const DOMAINS_MAX = 100_000;

/** The default source: a table in memory, read anew now and then, so that no interaction waits for it. */
@Injectable()
export class CompanyTable implements CompanySource, OnApplicationBootstrap, OnApplicationShutdown {
  private accounts: ReadonlyMap<string, string> = new Map();
  private timer: NodeJS.Timeout | undefined;

  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  accountOf(domain: string): string | undefined {
    return this.accounts.get(domain);
  }

  async onApplicationBootstrap(): Promise<void> {
    this.timer = setInterval(() => void this.refresh(), REFRESH_MS).unref();
    await this.refresh();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  async refresh(): Promise<void> {
    try {
      const { rows } = await this.pool.query<{ domain: string; account_id: string }>(
        'SELECT domain, account_id FROM company_domains ORDER BY domain LIMIT $1',
        [DOMAINS_MAX],
      );
      this.accounts = new Map(rows.map(({ domain, account_id }) => [domain, account_id]));
    } catch (error) {
      logger.warn({ err: error }, 'company domains could not be read; the last known ones go on');
    }
  }
}
