import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Caller, FromCaller } from './caller.js';
import { ACCOUNT_DOORS } from './openapi/account-doors.js';
import { part, relay, Upstreams } from './upstreams.js';

/** Companies. */
@Controller('v1')
@ApiTags('Accounts')
export class AccountsController {
  constructor(private readonly upstreams: Upstreams) {}

  @Get('accounts')
  @ACCOUNT_DOORS.list
  async list(@Query() query: Record<string, string>, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.profiles.get('/accounts', { query }));
  }

  @Get('accounts/:id')
  @ACCOUNT_DOORS.one
  async one(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.profiles.get(`/accounts/${part(id)}`));
  }

  @Get('accounts/:id/members')
  @ACCOUNT_DOORS.members
  async members(
    @Param('id') id: string,
    @Query() query: Record<string, string>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return relay(reply, await this.upstreams.profiles.get(`/accounts/${part(id)}/members`, { query }));
  }

  @Put('company-domains/:domain')
  @HttpCode(200)
  @ACCOUNT_DOORS.assignDomain
  async assign(
    @Param('domain') domain: string,
    @Body() body: unknown,
    @FromCaller() { forward }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return relay(reply, await this.upstreams.profiles.put(`/company-domains/${part(domain)}`, { body, ...forward }));
  }

  @Delete('company-domains/:domain')
  @HttpCode(204)
  @ACCOUNT_DOORS.dropDomain
  async drop(@Param('domain') domain: string, @FromCaller() { forward }: Caller): Promise<void> {
    await this.upstreams.profiles.delete(`/company-domains/${part(domain)}`, { ...forward });
  }
}
