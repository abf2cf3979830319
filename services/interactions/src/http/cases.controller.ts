import { Controller, Get, Inject, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { CASE_PRIORITIES } from '@rapport/contracts';
import { decodeCursor, encodeCursor, type Page, ProblemException } from '@rapport/platform';
import { type CaseInteractionRow, type CasePosition, CaseReader } from '../persistence/case-reader.js';
import { CasesQuery } from './cases.dto.js';
import { type CaseInteractionView, type CaseView, presentCase } from './present-case.js';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Of one case at a time. */
const INTERACTIONS_MAX = 200;

/** Cases are read here; what people change about them comes in as interactions, like everything else. */
@Controller('internal/v1/cases')
export class CasesController {
  constructor(@Inject(CaseReader) private readonly cases: CaseReader) {}

  /** What matters most first, then what is oldest. */
  @Get()
  async list(@Query() { limit, cursor, priority, status, assigneeId, profileId }: CasesQuery): Promise<Page<CaseView>> {
    const rank = priority === undefined ? undefined : CASE_PRIORITIES.indexOf(priority);
    const after = cursor === undefined ? null : positionOf(cursor);
    const found = await this.cases.list({ status, priority: rank, assigneeId, profileId }, after, limit + 1);
    const data = found.slice(0, limit);
    const last = found.length > limit ? data.at(-1) : undefined;
    const nextCursor = last ? encodeCursor({ priority: CASE_PRIORITIES.indexOf(last.priority), id: last.id }) : null;
    return { data: data.map(presentCase), nextCursor };
  }

  /** With its interactions, the last 200, oldest first. */
  @Get(':id')
  async one(
    @Param('id', new ParseUUIDPipe({ exceptionFactory: noId })) id: string,
  ): Promise<CaseView & { interactions: CaseInteractionView[] }> {
    const [found, interactions] = await Promise.all([this.cases.find(id), this.cases.interactionsOf(id, INTERACTIONS_MAX)]);
    if (!found) throw new ProblemException(404, 'INTERACTIONS_CASE_NOT_FOUND', 'There is no such case.');
    return { ...presentCase(found), interactions: interactions.map(viewOf) };
  }
}

function noId(): ProblemException {
  return new ProblemException(400, 'INTERACTIONS_CASE_ID_INVALID', 'A case is named by its id.', [
    { pointer: '/id', detail: 'must be a UUID' },
  ]);
}

function viewOf(row: CaseInteractionRow): CaseInteractionView {
  const { switch_kind: kind, switch_from: from, switch_reason: why } = row;
  return {
    interactionId: row.interaction_id,
    at: row.at.toISOString(),
    event: row.event,
    channel: row.channel,
    direction: row.direction,
    agentId: row.agent_id,
    gist: row.gist,
    joined: { by: row.joined_by, doubt: Math.round(row.doubt * 1_000) / 1_000, reason: row.reason },
    switch: kind === null || from === null || why === null ? null : { kind, from, to: row.channel, reason: why },
  };
}

function positionOf(cursor: string): CasePosition {
  const { priority, id } = decodeCursor<{ priority: number; id: string }>(cursor);
  if (Number.isInteger(priority) && CASE_PRIORITIES[priority!] !== undefined && typeof id === 'string' && UUID.test(id))
    return { priority: priority!, id };
  const detail = 'The cursor is not one that a list of cases has given out.';
  throw new ProblemException(400, 'INTERACTIONS_CURSOR_INVALID', detail, [{ pointer: '/cursor', detail }]);
}
