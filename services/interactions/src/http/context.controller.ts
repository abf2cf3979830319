import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { lastContacts } from '../domain/cases/last-contacts.js';
import type { Promised } from '../domain/cases/promise.js';
import { CaseReader, type CustomerContext, type WhoIsAsked } from '../persistence/case-reader.js';
import { ContextsDto } from './cases.dto.js';
import { presentCase } from './present-case.js';

/** This service's part of the context: what is open, what was said where, and what was promised. One statement for all who are asked for. */
@Controller('internal/v1/context')
export class ContextController {
  constructor(@Inject(CaseReader) private readonly reader: CaseReader) {}

  /** In the order asked for. */
  @Post()
  @HttpCode(200)
  async contexts(@Body() { customers }: ContextsDto) {
    const now = new Date();
    const asked = await Promise.all(customers.map((one) => this.identified(one)));
    const known = await this.reader.contexts(asked);
    return { data: known.map((one, index) => present(asked[index]!.profileId, one, now)) };
  }

  private async identified({ profileId, subjects }: WhoIsAsked): Promise<WhoIsAsked> {
    return { profileId: profileId ?? (await this.reader.whoIs(subjects)), subjects };
  }
}

function present(profileId: string | undefined, { cases, contacts, promises }: CustomerContext, now: Date) {
  return {
    profileId: profileId ?? null,
    cases: cases.map(presentCase),
    contacts: lastContacts(contacts),
    promises: promises.map((promise) => presentPromise(promise, now.toISOString())),
  };
}

function presentPromise({ id, caseId, madeAt, dueAt, gist, agentId, state, settledAt }: Promised, now: string) {
  const isOverdue = state === 'open' && dueAt !== null && dueAt < now;
  return { id, caseId, madeAt, dueAt, gist, agentId, state: isOverdue ? ('overdue' as const) : state, settledAt };
}
