import type { TraitValue } from '@rapport/contracts';

/** A company, and what is known about it. */
export interface Account {
  readonly id: string;
  readonly firstSeenAt: string;
  readonly traits: Readonly<Record<string, TraitValue>>;
  /** How many people are known to belong to it. */
  readonly members: number;
  /** E-mail domains that are its own. */
  readonly domains: readonly string[];
}

export interface AccountMember {
  readonly profileId: string;
  readonly role: string | null;
  readonly since: string;
}

/** Port of the doors: companies. */
export interface AccountQueries {
  list(after: string | undefined, limit: number): Promise<Account[]>;
  find(id: string): Promise<Account | undefined>;
  members(id: string, after: string | undefined, limit: number): Promise<AccountMember[]>;
  /** Says whose an e-mail domain is; undefined: nobody's. */
  assignDomain(domain: string, accountId: string | undefined): Promise<void>;
}

/** Nest injection token of the {@link AccountQueries}. */
export const ACCOUNT_QUERIES = Symbol('ACCOUNT_QUERIES');
/** Nest injection token of the {@link CompanySource}. */
export const COMPANY_SOURCE = Symbol('COMPANY_SOURCE');
