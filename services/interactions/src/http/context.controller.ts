import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { lastContacts } from '../domain/cases/last-contacts.js';
import type { Promised } from '../domain/cases/promise.js';
import { CaseReader, type CustomerCases } from '../persistence/case-reader.js';
import { ContextDto } from './cases.dto.js';
import { presentCase } from './present-case.js';

const DAY_MS = 86_400_000;
/** What was not about a case is remembered here for so long; the timeline has the rest. */
const LATELY_DAYS = 30;
const NOTHING: CustomerCases = { cases: [], contacts: [], promises: [] };

/** This service's part of the context: what is open, what was said where, and what was promised. Two statements, each bounded. */
@Controller('internal/v1/context')
export class ContextController {
  constructor(@Inject(CaseReader) private readonly reader: CaseReader) {}

  @Post()
  @HttpCode(200)
  async context(@Body() { profileId, identifiers }: ContextDto) {
    const now = new Date();
    const subjects = identifiers.map(({ type, value }) => `${type}:${value}`);
    const who = profileId ?? (await this.reader.whoIs(subjects));
    const [known, lately] = await Promise.all([
      who === undefined ? NOTHING : this.reader.ofCustomer(who),
      subjects.length === 0 ? [] : this.reader.lately(subjects, new Date(now.getTime() - LATELY_DAYS * DAY_MS)),
    ]);
    return {
      profileId: who ?? null,
      cases: known.cases.map(presentCase),
      contacts: lastContacts([...known.contacts, ...lately]),
      promises: known.promises.map((promise) => presentPromise(promise, now.toISOString())),
    };
  }
}

function presentPromise({ id, caseId, madeAt, dueAt, gist, agentId, state, settledAt }: Promised, now: string) {
  const isOverdue = state === 'open' && dueAt !== null && dueAt < now;
  return { id, caseId, madeAt, dueAt, gist, agentId, state: isOverdue ? ('overdue' as const) : state, settledAt };
}
