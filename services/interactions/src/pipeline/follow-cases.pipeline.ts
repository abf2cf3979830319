import { Inject, Injectable } from '@nestjs/common';
import { GROUPS, TOPICS } from '@rapport/contracts';
import {
  type BatchContext,
  type Decoded,
  type Decision,
  type Pipeline,
  SERVICE_CONFIG,
  type SourceRecord,
  type Sql,
} from '@rapport/platform';
import { decodeDeliveryFact, type NotifiedOfCase } from '../kafka/decode-delivery-fact.js';
import { type CustomerErased, decodeProfileFact, type HeardOfCustomer } from '../kafka/decode-profile-fact.js';
import { CaseBatch } from './case-batch.js';
import { CASE_STORE, type CaseChanges, type CaseStore, type LoadedCases } from './case-store.js';

/** `due`: time has come to look at a case. */
export type CaseInput =
  | HeardOfCustomer
  | CustomerErased
  | NotifiedOfCase
  | { readonly kind: 'due'; readonly caseId: string; readonly profileId: string };

/**
 * What customers ask, and what they are answered, becomes cases. It reads behind profiles, where it is known who a customer is, and only the facts whose headers
 * speak of service.
 */
@Injectable()
export class FollowCasesPipeline implements Pipeline<CaseInput, LoadedCases, CaseChanges> {
  readonly group = GROUPS.interactionsFollowCases;
  readonly topics = [TOPICS.profilesUpdated.name, TOPICS.deliveryChanged.name];
  readonly batches = { restMinMs: 1_000 };
  readonly clock = {
    due: async (sql: Sql, context: BatchContext, limit: number): Promise<CaseInput[]> =>
      (await this.store.due(sql, context, limit)).map((due) => ({ kind: 'due', ...due })),
    abandon: async (sql: Sql, input: CaseInput): Promise<void> => {
      if (input.kind === 'due') await this.store.setAside(sql, input.caseId);
    },
  };

  constructor(
    @Inject(CASE_STORE) private readonly store: CaseStore,
    @Inject(SERVICE_CONFIG) private readonly config: { readonly defaultTimeZone: string },
  ) {}

  decode(record: SourceRecord): Decoded<CaseInput> {
    if (record.topic === TOPICS.deliveryChanged.name) return decodeDeliveryFact(record);
    return decodeProfileFact(record, this.config.defaultTimeZone);
  }

  load(sql: Sql, inputs: readonly CaseInput[]): Promise<LoadedCases> {
    const heard = inputs.filter((input) => input.kind === 'heard');
    const mergedAway = heard.filter(({ mergedInto }) => mergedInto !== null);
    const parted = heard.filter(({ split, livesAgain }) => split !== undefined || livesAgain !== undefined);
    const others = parted.flatMap(({ split, livesAgain }) => [
      ...(split === undefined ? [] : [split.profileId]),
      ...(livesAgain === undefined ? [] : [livesAgain.fromId]),
      ...(split ?? livesAgain)!.formers.flatMap(({ profileId, intoId }) => [profileId, intoId]),
    ]);
    const interactions = inputs.flatMap((input) => (input.kind === 'heard' || input.kind === 'notified' ? input.heard : []));
    return this.store.load(sql, {
      profileIds: [...inputs.map(({ profileId }) => profileId), ...mergedAway.map(({ mergedInto }) => mergedInto!), ...others],
      told: new Map(heard.map(({ profileId, version }) => [profileId, version])),
      moved: [
        ...mergedAway.flatMap(({ profileId, mergedInto }) => [profileId, mergedInto!]),
        ...parted.map(({ profileId }) => profileId),
        ...others,
      ],
      split: parted.flatMap(({ split }) => (split === undefined ? [] : [{ subjects: [...split.movedSubjects, ...split.keptSubjects] }])),
      stated: interactions.flatMap(({ caseId, intoCaseId }) => [caseId, intoCaseId].filter((id) => id !== undefined)),
      promises: mergedAway.length > 0 || parted.length > 0 || interactions.some(({ event }) => event.startsWith('Promise ')),
    });
  }

  decide(loaded: LoadedCases, inputs: readonly CaseInput[], { now, cause }: BatchContext): Decision<CaseInput, CaseChanges> {
    const batch = new CaseBatch(loaded, now);
    for (const input of inputs) batch.take(input);
    return batch.decided(cause === 'clock' ? 'clock' : 'interaction');
  }

  async commit(sql: Sql, changes: CaseChanges, context: BatchContext): Promise<void> {
    await this.store.save(sql, changes, context);
  }
}
