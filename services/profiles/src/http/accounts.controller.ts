import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put, Query } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { decodeCursor, encodeCursor, Idempotent, type Page, PageQuery, ProblemException } from '@rapport/platform';
import { IsString, MaxLength, MinLength } from 'class-validator';
import { FREE_MAIL_DOMAINS } from '../domain/companies.js';
import { CompanyTable } from '../persistence/company-table.js';
import { type Account, ACCOUNT_QUERIES, type AccountMember, type AccountQueries } from '../pipeline/account-queries.js';

const DOMAIN = /^(?=.{3,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export class DomainOwner {
  @ApiProperty({ type: String, minLength: 1, maxLength: 256 })
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  accountId!: string;
}

/** Companies: who belongs to them, and which e-mail domains are theirs. */
@Controller('internal/v1')
export class AccountsController {
  constructor(
    @Inject(ACCOUNT_QUERIES) private readonly accounts: AccountQueries,
    @Inject(CompanyTable) private readonly companies: CompanyTable,
  ) {}

  @Get('accounts')
  async list(@Query() { limit, cursor }: PageQuery): Promise<Page<Account>> {
    const found = await this.accounts.list(
      positionOf(cursor, () => true),
      limit + 1,
    );
    return page(found, limit, ({ id }) => id);
  }

  @Get('accounts/:id')
  async one(@Param('id') id: string): Promise<Account> {
    const found = await this.accounts.find(id.replaceAll('\u0000', ''));
    if (found === undefined) throw new ProblemException(404, 'PROFILES_ACCOUNT_NOT_FOUND', 'There is no such account.');
    return found;
  }

  @Get('accounts/:id/members')
  async members(@Param('id') id: string, @Query() { limit, cursor }: PageQuery): Promise<Page<AccountMember>> {
    const { id: known } = await this.one(id);
    const found = await this.accounts.members(
      known,
      positionOf(cursor, (after) => UUID.test(after)),
      limit + 1,
    );
    return page(found, limit, ({ profileId }) => profileId);
  }

  @Put('company-domains/:domain')
  @Idempotent()
  async assign(@Param('domain') name: string, @Body() { accountId }: DomainOwner): Promise<{ domain: string; accountId: string }> {
    const domain = domainOf(name);
    await this.accounts.assignDomain(domain, accountId);
    await this.companies.refresh();
    return { domain, accountId };
  }

  @Delete('company-domains/:domain')
  @HttpCode(204)
  @Idempotent()
  async drop(@Param('domain') name: string): Promise<void> {
    await this.accounts.assignDomain(domainOf(name), undefined);
    await this.companies.refresh();
  }
}

function domainOf(name: string): string {
  const domain = name.toLowerCase();
  const detail = !DOMAIN.test(domain) ? 'is not a domain' : FREE_MAIL_DOMAINS.has(domain) ? 'gives addresses to everybody' : undefined;
  if (detail === undefined) return domain;
  throw new ProblemException(400, 'PROFILES_DOMAIN_INVALID', 'The domain cannot be a company’s.', [{ pointer: '/domain', detail }]);
}

const page = <T>(found: readonly T[], limit: number, keyOf: (row: T) => string): Page<T> => ({
  data: found.slice(0, limit),
  nextCursor: found.length > limit ? encodeCursor({ after: keyOf(found[limit - 1]!) }) : null,
});

function positionOf(cursor: string | undefined, isPosition: (after: string) => boolean): string | undefined {
  if (cursor === undefined) return undefined;
  const { after } = decodeCursor<{ after: string }>(cursor);
  if (typeof after === 'string' && !after.includes('\u0000') && isPosition(after)) return after;
  const detail = 'The cursor is not one that this list has given out.';
  throw new ProblemException(400, 'PROFILES_CURSOR_INVALID', detail, [{ pointer: '/cursor', detail }]);
}
