import { Injectable } from '@nestjs/common';
import { readIdentifiers, subjectOf } from '@rapport/identifiers';
import { childTrace, currentTrace, formatTraceparent, ProblemException } from '@rapport/platform';
import type { Json } from '../domain/parse-json.js';
import { recordWriter } from '../domain/received-record.js';
import { Acceptance } from '../pipeline/acceptance.js';
import { toProblem } from './problems.js';

export interface Origin {
  readonly source: string;
  readonly keyId: string;
  /** Two interactions of one source and one message id are one. */
  readonly messageId: string;
}

/** Interactions that come from using other doors: a consent, a completed task, a click on "unsubscribe". They go the one way in. */
@Injectable()
export class OwnInteractions {
  constructor(private readonly acceptance: Acceptance) {}

  /** @param item one item of `POST /v1/interactions` @throws ProblemException 503 when it was not accepted */
  accept(item: Json, origin: Origin): Promise<void> {
    return this.acceptRecords([item], origin, () => origin.messageId);
  }

  /** Several that belong together: all or none. Each has the message id of all and its number. */
  async acceptAll(items: readonly Json[], origin: Origin): Promise<void> {
    if (items.length > 0) await this.acceptRecords(items, origin, (index) => `${origin.messageId}:${index}`);
  }

  private async acceptRecords(items: readonly Json[], { source, keyId }: Origin, messageIdOf: (index: number) => string): Promise<void> {
    const write = recordWriter({
      protocol: 'rapport',
      source,
      keyId,
      receivedAt: new Date().toISOString(),
      traceparent: formatTraceparent(currentTrace() ?? childTrace()),
    });
    const records = items.map((item, index) => {
      const key = subjectOf(readIdentifiers('rapport', item));
      if (key === undefined) throw new ProblemException(409, 'GATEWAY_NOBODY_NAMED', 'Nobody is known any more whom this could be about.');
      return write({ type: 'interaction', key, messageId: messageIdOf(index), direct: false, payload: JSON.stringify(item) });
    });
    try {
      await this.acceptance.accept(records);
    } catch (error) {
      throw toProblem(error);
    }
  }
}
