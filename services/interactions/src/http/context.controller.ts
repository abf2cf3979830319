import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { lastContacts } from '../domain/cases/last-contacts.js';
import type { Promised } from '../domain/cases/promise.js';
import { CLOCK_SKEW_MAX_MS } from '../domain/event-time.js';
import { CaseReader } from '../persistence/case-reader.js';
import { ContextDto } from './cases.dto.js';
import { presentCase } from './present-case.js';

const DAY_MS = 86_400_000;
/** What was not about a case is remembered here for so long; the timeline has the rest. */
const LATELY_DAYS = 30;

/** This service's part of the context: what is open, what was said where, and what was promised. One statement, bounded. */
@Controller('internal/v1/context')
export class ContextController {
  constructor(@Inject(CaseReader) private readonly reader: CaseReader) {}

  @Post()
  @HttpCode(200)
  async context(@Body() { profileId, subjects }: ContextDto) {
    const now = new Date();
    const lately = { from: new Date(now.getTime() - LATELY_DAYS * DAY_MS), to: new Date(now.getTime() + CLOCK_SKEW_MAX_MS) };
    const who = profileId ?? (await this.reader.whoIs(subjects));
    const known = await this.reader.context(who, subjects, lately);
    return {
      profileId: who ?? null,
      cases: known.cases.map(presentCase),
      contacts: lastContacts(known.contacts),
      promises: known.promises.map((promise) => presentPromise(promise, now.toISOString())),
    };
  }
}

function presentPromise({ id, caseId, madeAt, dueAt, gist, agentId, state, settledAt }: Promised, now: string) {
  const isOverdue = state === 'open' && dueAt !== null && dueAt < now;
  return { id, caseId, madeAt, dueAt, gist, agentId, state: isOverdue ? ('overdue' as const) : state, settledAt };
}
