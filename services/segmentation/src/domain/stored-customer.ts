import type { RelationshipType } from '@rapport/contracts';
import { newCustomer, type Customer } from './customer.js';
import type { Classification } from './relationship/classification.js';
import type { Scores } from './relationship/scores.js';
import type { Snapshot } from './snapshot.js';
import type { Tally } from './tally.js';

/**
 * The part of a customer that is kept as one JSON text, always read and written as a whole. Every interaction costs one parse and one stringify of it, so what
 * repeats in every customer (names of members) is left out: tuples instead of objects. A new member goes to the end.
 */
type StoredState = readonly [
  evaluatedAt: number,
  dueAt: number | null,
  tallies: Record<string, StoredTally>,
  memberships: Record<string, readonly [sequence: number, since: number]>,
  days: Customer['evidence']['days'],
  agents: Customer['evidence']['agents'],
  firstAt: number | null,
  classification: StoredClassification | null,
];
type StoredTally = readonly [n: number, last: number, held: Tally['held'], ahead: Tally['ahead'], sum: string];
type StoredClassification = readonly [
  now: StoredAnswer,
  stageSince: number,
  stageReason: string,
  evaluatedAt: number,
  basis: Classification['basis'],
  challenger: RelationshipType | null,
  version: number,
  published: StoredAnswer | null,
];
type StoredAnswer = readonly [
  primary: RelationshipType,
  confidence: number,
  scores: readonly number[],
  model: Classification['model'],
  stage: Classification['lifecycle']['stage'],
];

/** The order in which scores are stored: never to be changed. */
const SCORES: readonly RelationshipType[] = [
  'transactional',
  'self_service',
  'automated_service',
  'long_term',
  'personal_assistance',
  'dedicated_assistance',
  'community',
  'co_creation',
];

export function encodeState({ evaluatedAt, dueAt, tallies, memberships, evidence, classification }: Customer): string {
  const state: StoredState = [
    evaluatedAt,
    dueAt,
    mapValues(tallies, ({ n, last, held, ahead, sum }) => [n, last, held, ahead, sum]),
    mapValues(memberships, ({ sequence, since }) => [sequence, since]),
    evidence.days,
    evidence.agents,
    evidence.firstAt,
    classification ? encodeClassification(classification) : null,
  ];
  return JSON.stringify(state);
}

function decodeState(text: string): Pick<Customer, 'evaluatedAt' | 'dueAt' | 'tallies' | 'memberships' | 'evidence' | 'classification'> {
  const [evaluatedAt, dueAt, tallies, memberships, days, agents, firstAt, classification] = JSON.parse(text) as StoredState;
  return {
    evaluatedAt,
    dueAt,
    tallies: mapValues(tallies, ([n, last, held, ahead, sum]) => ({ n, last, held, ahead, sum })),
    memberships: mapValues(memberships, ([sequence, since]) => ({ sequence, since })),
    evidence: { days, agents, firstAt },
    classification: classification ? decodeClassification(classification) : undefined,
  };
}

function encodeClassification(one: Classification): StoredClassification {
  const { primary, confidence, scores, model, lifecycle, published } = one;
  const before: StoredAnswer | null = published
    ? [published.primary, published.confidence, scoreList(published.scores), published.model, published.stage]
    : null;
  return [
    [primary, confidence, scoreList(scores), model, lifecycle.stage],
    lifecycle.since,
    lifecycle.reason,
    one.evaluatedAt,
    one.basis,
    one.challenger ?? null,
    published?.version ?? 0,
    before,
  ];
}

function decodeClassification([now, since, reason, evaluatedAt, basis, challenger, version, before]: StoredClassification): Classification {
  const [primary, confidence, scores, model, stage] = now;
  return {
    primary,
    confidence,
    basis,
    model,
    evaluatedAt,
    challenger: challenger ?? undefined,
    scores: scoreRecord(scores),
    lifecycle: { stage, since, reason },
    published: before
      ? { version, primary: before[0], confidence: before[1], scores: scoreRecord(before[2]), model: before[3], stage: before[4] }
      : undefined,
  };
}

const scoreList = (scores: Scores): number[] => SCORES.map((type) => scores[type]);

function scoreRecord(list: readonly number[]): Scores {
  const scores: Partial<Scores> = {};
  SCORES.forEach((type, index) => {
    scores[type] = list[index] ?? 0;
  });
  return scores as Scores;
}

/** Keys are hashes and ids made here, never words from outside. */
function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  const changed: Record<string, B> = {};
  for (const key in record) changed[key] = change(record[key]!);
  return changed;
}

export interface StoredCustomer {
  readonly profileId: string;
  readonly version: number;
  readonly epoch: number | null;
  readonly snapshot: string | null;
  readonly state: string | null;
}

/** Always a new object: deciding a batch twice starts from the same place. */
export function decodeCustomer({ profileId, version, epoch, snapshot, state }: StoredCustomer): Customer {
  const { tallies, memberships, evidence, classification, evaluatedAt, dueAt } =
    state === null ? newCustomer(profileId) : decodeState(state);
  return new WorkingCopy(profileId, version, snapshot, tallies, memberships, evidence, classification, epoch, evaluatedAt, dueAt);
}

/**
 * The stored snapshot is parsed only if somebody looks at it: mostly a newer one has come with the interaction. A class, because an accessor of its own
 * would make each customer a slow object, and everything that looks at it slow.
 */
class WorkingCopy implements Customer {
  private parsed: Snapshot | undefined = undefined;

  constructor(
    readonly profileId: string,
    public version: number,
    private text: string | null,
    public tallies: Customer['tallies'],
    public memberships: Customer['memberships'],
    public evidence: Customer['evidence'],
    public classification: Customer['classification'],
    public epoch: number | null,
    public evaluatedAt: number,
    public dueAt: number | null,
  ) {}

  get snapshot(): Snapshot | undefined {
    if (this.text !== null) this.parsed = JSON.parse(this.text) as Snapshot;
    this.text = null;
    return this.parsed;
  }

  set snapshot(value: Snapshot | undefined) {
    this.text = null;
    this.parsed = value;
  }
}
