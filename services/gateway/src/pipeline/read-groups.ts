import { currentTrace, runInTrace, type TraceContext } from '@rapport/platform';

export interface ReadGroupLimits {
  /** Questions that are answered together; a full group goes at once. */
  readonly groupMax: number;
  /** How long questions wait for the end of the group before them. */
  readonly waitMsMax: number;
}

interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly trace: TraceContext | undefined;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Answers together what is asked while others are being answered: a call to another service, its HTTP and its statement cost the same for one
 * customer and for ten. Who comes when nothing is under way goes at once; who comes later goes with all the others that came meanwhile when
 * that group is done, or after `waitMsMax`, so that a slow group holds nobody up. The more there is to do, the larger the groups, and the less each
 * question costs. A group fails together; what belongs to one question only is part of its answer.
 */
export class ReadGroups<Question, Answer> {
  private waiting: Waiting<Question, Answer>[] = [];
  /** The last group that went, while the next one waits for it. */
  private ahead: object | undefined;

  /** @param answerAll gives the answers in the order of the questions */
  constructor(
    private readonly answerAll: (questions: readonly Question[]) => Promise<readonly Answer[]>,
    private readonly limits: ReadGroupLimits,
  ) {}

  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ question, trace: currentTrace(), resolve, reject });
      if (this.ahead === undefined || this.waiting.length >= this.limits.groupMax) this.send();
    });
  }

  private send(): void {
    const group = this.waiting;
    this.waiting = [];
    this.ahead = group;
    const timer = setTimeout(() => this.release(group), this.limits.waitMsMax);
    void answer(group, this.answerAll).finally(() => {
      clearTimeout(timer);
      this.release(group);
    });
  }

  private release(group: object): void {
    if (this.ahead !== group) return;
    this.ahead = undefined;
    if (this.waiting.length > 0) this.send();
  }
}

/** In the trace of its first question: a call can belong to one trace only. */
async function answer<Question, Answer>(
  group: readonly Waiting<Question, Answer>[],
  answerAll: (questions: readonly Question[]) => Promise<readonly Answer[]>,
): Promise<void> {
  const trace = group[0]?.trace;
  const run = () => answerAll(group.map(({ question }) => question));
  try {
    const answers = await (trace ? runInTrace(trace, run) : run());
    if (answers.length !== group.length) throw new Error(`${group.length} questions, ${answers.length} answers`);
    for (const [index, { resolve }] of group.entries()) resolve(answers[index]!);
  } catch (error) {
    for (const { reject } of group) reject(error);
  }
}
