import type { Behaviour } from '../behaviour.js';
import { DAY_MS } from '../windows.js';
import { WINDOW_DAYS, evidenceIn, type ServedBy } from './evidence-table.js';

/** Quarters of evidence per type, then interactions and purchases, of one UTC day. */
export type DayBucket = [day: number, ...amounts: number[]];
export const COLUMNS: readonly ServedBy[] = [
  'transactional',
  'self_service',
  'automated_service',
  'personal',
  'dedicated',
  'community',
  'co_creation',
];
export const CONTACTS_COLUMN = COLUMNS.length + 1;
export const PURCHASES_COLUMN = COLUMNS.length + 2;
const MAX_AGENTS = 32;

/**
 * What the relationship model knows of one customer: whole numbers per day, so that folding commutes and forgetting is exact. At most 180 days and those
 * ahead of the clock; at most 32 agents, those with the latest contact.
 */
export interface RelationshipEvidence {
  days: DayBucket[];
  /** Contacts of each agent with the customer, per day. */
  agents: Record<string, [day: number, contacts: number][]>;
  firstAt: number | null;
}

export const noEvidence = (): RelationshipEvidence => ({ days: [], agents: {}, firstAt: null });
export const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);

export function foldEvidence(evidence: RelationshipEvidence, behaviour: Behaviour, t: number): void {
  const quarters = evidenceIn(behaviour);
  if (!quarters) return;
  evidence.firstAt = Math.min(evidence.firstAt ?? behaviour.at, behaviour.at);
  const day = dayOf(behaviour.at);
  if (day <= dayOf(t) - WINDOW_DAYS) return;
  const bucket = bucketOf(evidence.days, day);
  COLUMNS.forEach((column, index) => {
    bucket[index + 1]! += quarters[column] ?? 0;
  });
  bucket[CONTACTS_COLUMN]! += 1;
  if (behaviour.event === 'Order Completed') bucket[PURCHASES_COLUMN]! += 1;
  const { agentId } = behaviour.body;
  if (agentId !== undefined && quarters.personal) addAgent(evidence, agentId, day, 1);
}

function bucketOf(days: DayBucket[], day: number): DayBucket {
  let place = days.length;
  while (place > 0 && days[place - 1]![0] > day) place -= 1;
  const found = days[place - 1];
  if (found?.[0] === day) return found;
  const fresh: DayBucket = [day, ...Array<number>(PURCHASES_COLUMN).fill(0)];
  days.splice(place, 0, fresh);
  return fresh;
}

function addAgent(evidence: RelationshipEvidence, agentId: string, day: number, contacts: number): void {
  const known = Object.hasOwn(evidence.agents, agentId) ? evidence.agents[agentId]! : [];
  const found = known.find((one) => one[0] === day);
  if (found) found[1] += contacts;
  else known.push([day, contacts]);
  known.sort((a, b) => a[0] - b[0]);
  Object.defineProperty(evidence.agents, agentId, { value: known, enumerable: true, configurable: true, writable: true });
  const names = Object.keys(evidence.agents);
  if (names.length > MAX_AGENTS)
    delete evidence.agents[names.sort((a, b) => lastDay(evidence, a) - lastDay(evidence, b) || (a < b ? -1 : 1))[0]!];
}

const lastDay = (evidence: RelationshipEvidence, agentId: string): number => evidence.agents[agentId]!.at(-1)![0];

/** Forgets what is older than the window. */
export function forgetEvidence(evidence: RelationshipEvidence, t: number): void {
  const oldest = dayOf(t) - WINDOW_DAYS + 1;
  while (evidence.days.length > 0 && evidence.days[0]![0] < oldest) evidence.days.shift();
  for (const [agentId, days] of Object.entries(evidence.agents)) {
    while (days.length > 0 && days[0]![0] < oldest) days.shift();
    if (days.length === 0) delete evidence.agents[agentId];
  }
}

/** Two persons became one. */
export function mergeEvidence(into: RelationshipEvidence, from: RelationshipEvidence): void {
  for (const [day, ...amounts] of from.days) {
    const bucket = bucketOf(into.days, day);
    amounts.forEach((amount, index) => {
      bucket[index + 1]! += amount;
    });
  }
  for (const [agentId, days] of Object.entries(from.agents)) for (const [day, contacts] of days) addAgent(into, agentId, day, contacts);
  if (from.firstAt !== null) into.firstAt = Math.min(into.firstAt ?? from.firstAt, from.firstAt);
}
