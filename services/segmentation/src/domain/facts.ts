import { CHANNELS, ENGAGEMENT_MODELS, HANDLINGS, LIFECYCLE_STAGES, RELATIONSHIP_TYPES, type ContactCount } from '@rapport/contracts';
import type { Classification } from './relationship/classification.js';
import { amountIn, type Snapshot } from './snapshot.js';

/** What a fact is read from. Either may still be missing for a customer of whom little has been heard: its facts are absent then. */
export interface FactSource {
  readonly snapshot: Snapshot | undefined;
  readonly classification: Classification | undefined;
}

type Read = (source: FactSource) => unknown;
interface FactRow {
  /** `<name>` stands for one word. */
  readonly path: string;
  readonly means: string;
  /** Undefined when the word in place of `<…>` is not known. */
  bind(word: string): Read | undefined;
}

const plain = (path: string, means: string, read: Read): FactRow => ({ path, means, bind: () => read });
const known = (words: readonly string[], read: (source: FactSource, word: string) => unknown) => (word: string) =>
  words.includes(word) ? (source: FactSource) => read(source, word) : undefined;
const contact = (source: FactSource, word: string): ContactCount | undefined =>
  own(source.snapshot?.contacts.byChannel, word) ?? own(source.snapshot?.contacts.byHandling, word);
const own = <V>(record: Readonly<Record<string, V>> | undefined, word: string): V | undefined =>
  record && Object.hasOwn(record, word) ? record[word] : undefined;
const currency = (read: (source: FactSource, code: string) => unknown) => (code: string) =>
  /^[A-Z]{3}$/.test(code) ? (source: FactSource) => read(source, code) : undefined;
const CONTACTS = [...CHANNELS, ...HANDLINGS];

/**
 * Every computed value that a rule can ask for, by its one path. Counts read 0 where nothing has happened yet; times and amounts are absent.
 * Times are RFC 3339 strings (use before, after, withinLast), amounts decimal strings.
 */
export const FACTS: readonly FactRow[] = [
  plain('firstSeenAt', 'time of the first interaction', (s) => s.snapshot?.firstSeenAt),
  plain('lastSeenAt', 'time of the last interaction', (s) => s.snapshot?.lastSeenAt),
  plain('orders.count', 'orders completed', (s) => s.snapshot?.orders.count ?? 0),
  plain('orders.firstAt', 'time of the first order', (s) => s.snapshot?.orders.firstAt),
  plain('orders.lastAt', 'time of the last order', (s) => s.snapshot?.orders.lastAt),
  {
    path: 'orders.revenue.<currency>',
    means: 'money of all orders in one currency',
    bind: currency((s, code) => amountIn(s.snapshot?.orders.revenue ?? [], code)),
  },
  plain('refunds.count', 'refunds', (s) => s.snapshot?.refunds.count ?? 0),
  {
    path: 'refunds.amount.<currency>',
    means: 'money given back in one currency',
    bind: currency((s, code) => amountIn(s.snapshot?.refunds.amount ?? [], code)),
  },
  {
    path: 'contacts.<channel or handling>.count',
    means: 'contacts on a channel (email, store, …) or by who served them (human, …)',
    bind: known(CONTACTS, (s, word) => contact(s, word)?.count ?? 0),
  },
  {
    path: 'contacts.<channel or handling>.lastAt',
    means: 'time of the last of those',
    bind: known(CONTACTS, (s, word) => contact(s, word)?.lastAt),
  },
  plain('satisfaction.answers', 'survey answers given', (s) => s.snapshot?.satisfaction.answers ?? 0),
  plain('satisfaction.lastScore', 'score of the last answer', (s) => s.snapshot?.satisfaction.lastScore),
  plain('satisfaction.lastAt', 'time of the last answer', (s) => s.snapshot?.satisfaction.lastAt),
  plain('openCases.count', 'cases open now', (s) => s.snapshot?.openCases ?? 0),
  plain('accounts', 'ids of the companies the customer belongs to (use contains)', (s) => s.snapshot?.accounts ?? []),
  plain('agentId', "the customer's own named agent", (s) => s.snapshot?.agentId),
  plain('relationship.type', `primary relationship type: ${RELATIONSHIP_TYPES.join(', ')}`, (s) => s.classification?.primary),
  plain('relationship.confidence', 'how sure that is, 0 to 1', (s) => s.classification?.confidence),
  {
    path: 'relationship.scores.<type>',
    means: 'score of one relationship type, 0 to 1',
    bind: known(RELATIONSHIP_TYPES, (s, type) => s.classification?.scores[type as never]),
  },
  plain('engagement.model', `who carries the relationship: ${ENGAGEMENT_MODELS.join(', ')}`, (s) => s.classification?.model),
  plain(
    'lifecycle.stage',
    `where in its life the relationship is: ${LIFECYCLE_STAGES.join(', ')}`,
    (s) => s.classification?.lifecycle.stage,
  ),
];

/** Paths of the rule language that belong to models which this version does not compute yet. */
const NOT_YET = /^(value\.|lead\.|churn)/;

export type BoundFact = { readonly kind: 'fact'; readonly read: Read } | { readonly kind: 'unknown' } | { readonly kind: 'not-supported' };

export function bindFact(path: string): BoundFact {
  for (const row of FACTS) {
    const word = wordOf(row.path, path);
    const read = word === undefined ? undefined : row.bind(word);
    if (read) return { kind: 'fact', read };
  }
  return { kind: NOT_YET.test(path) ? 'not-supported' : 'unknown' };
}

/** The word that stands in place of `<…>`, '' when the pattern has none, undefined when the path is not of this pattern. */
function wordOf(pattern: string, path: string): string | undefined {
  const [before, after] = pattern.split(/<[^>]+>/);
  if (after === undefined) return pattern === path ? '' : undefined;
  if (path.length <= before!.length + after.length || !path.startsWith(before!) || !path.endsWith(after)) return undefined;
  return path.slice(before!.length, path.length - after.length);
}
