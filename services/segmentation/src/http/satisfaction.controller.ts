import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ProblemException } from '@rapport/platform';
import { CONFIDENCE } from '@rapport/statistics';
import { figureOf, type SatisfactionFigure, type Scores } from '../domain/satisfaction/figures.js';
import { type Dimension, SatisfactionReader } from '../persistence/satisfaction-reader.js';
import { SatisfactionDto } from './satisfaction.dto.js';

const GROUPS_MAX = 1_000;

interface Satisfaction {
  readonly metric: string;
  readonly by: Dimension;
  readonly confidence: number;
  readonly total: SatisfactionFigure;
  readonly data: readonly (SatisfactionFigure & { readonly key: string })[];
  readonly nextCursor: null;
}

@Controller('internal/v1/satisfaction')
export class SatisfactionController {
  constructor(@Inject(SatisfactionReader) private readonly reader: SatisfactionReader) {}

  /** One figure per group, by its key, and one over all of them. */
  @Get()
  async satisfaction(@Query() { metric, by, period, from, to, segment }: SatisfactionDto): Promise<Satisfaction> {
    const span = { from: dateOf(from), to: dateOf(to) };
    if (span.from && span.to && span.from >= span.to) throw refused('/to', 'must be later than from');
    const segmentId = segment === undefined ? undefined : await this.reader.segmentId(segment);
    if (segment !== undefined && segmentId === undefined)
      throw new ProblemException(404, 'SEGMENTATION_SEGMENT_NOT_FOUND', 'There is no such segment.', [
        { pointer: '/segment', detail: 'is neither the id nor the name of a segment' },
      ]);
    const groups = await this.reader.read({ metric, by, period, ...span, segmentId, groupsMax: GROUPS_MAX });
    if (groups.length > GROUPS_MAX)
      throw refused('/period', `makes more than ${GROUPS_MAX} periods: ask for longer ones, or a shorter span`);
    return {
      metric,
      by,
      confidence: CONFIDENCE,
      total: figureOf(metric, together(groups.map(({ scores }) => scores))),
      data: groups.map(({ key, scores }) => ({ key, ...figureOf(metric, scores) })),
      nextCursor: null,
    };
  }
}

function together(all: readonly Scores[]): Scores {
  const sum = new Map<number, number>();
  for (const scores of all) for (const [score, count] of scores) sum.set(score, (sum.get(score) ?? 0) + count);
  return sum;
}

const dateOf = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));

const refused = (pointer: string, detail: string): ProblemException =>
  new ProblemException(400, 'SEGMENTATION_SATISFACTION_QUERY_INVALID', 'This cannot be answered.', [{ pointer, detail }]);
