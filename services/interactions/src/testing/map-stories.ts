import { type Interaction, type MembershipChanged, type Profile, type ProfileUpdated, TOPICS } from '@rapport/contracts';
import fc from 'fast-check';
import { dateOf, type Tally } from '../domain/maps/tally.js';
import { type Scan, scanMaps } from './scan-maps.js';

/** Some invented customers, what they did in the order in which it was heard, who turned out to be whom, and who entered what. */
export type Happening =
  | { readonly kind: 'did'; readonly person: number; readonly interaction: Interaction }
  | { readonly kind: 'merged'; readonly loser: number; readonly survivor: number }
  | { readonly kind: 'segment'; readonly person: number; readonly segment: number };
export type Story = readonly Happening[];

const PEOPLE = 5;
const START = Date.parse('2026-01-05T00:00:00Z');
export const personId = (person: number): string => `01890000-0000-7000-8000-00000000000${person}`;
export const segmentId = (segment: number): string => `01890000-0000-7000-9000-00000000000${segment}`;

type Draft = Partial<Interaction> & Pick<Interaction, 'event' | 'channel'>;
const DRAFTS: readonly Draft[] = [
  { event: 'Page Viewed', channel: 'web', touchpoint: 'website', stage: 'pre_purchase', handling: 'none' },
  { event: 'Promotion Clicked', channel: 'web', touchpoint: 'advert' },
  {
    event: 'Order Completed',
    channel: 'web',
    touchpoint: 'online_checkout',
    stage: 'purchase',
    handling: 'self_service',
    complexity: 'simple',
    value: { currency: 'USD', amount: '12.50' },
  },
  {
    event: 'Order Refunded',
    channel: 'phone',
    touchpoint: 'returns',
    handling: 'human',
    sensitivity: 'sensitive',
    value: { currency: 'USD', amount: '2.25' },
  },
  { event: 'Package Delivered', channel: 'delivery', touchpoint: 'delivery', direction: 'outbound', handling: 'human' },
  { event: 'Email Received', channel: 'email', handling: 'human', caseId: 'k1', complexity: 'guided', sentiment: -0.4 },
  { event: 'Case Opened', channel: 'web', touchpoint: 'technical_support', handling: 'human', caseId: 'k1', sentiment: -0.25 },
  { event: 'Case Resolved', channel: 'email', touchpoint: 'technical_support', handling: 'human', direction: 'outbound', caseId: 'k1' },
  { event: 'Call Started', channel: 'phone', handling: 'human', conversationId: 'c7', complexity: 'complex' },
  { event: 'Call Ended', channel: 'phone', handling: 'human', conversationId: 'c7', sensitivity: 'sensitive', sentiment: 0.5 },
  { event: 'Survey Answered', channel: 'email', touchpoint: 'survey', handling: 'none', complexity: 'simple', properties: { score: 4 } },
  {
    event: 'Survey Answered',
    channel: 'sms',
    touchpoint: 'survey',
    handling: 'none',
    caseId: 'k1',
    properties: { score: 2, scale: 'csat' },
  },
];

// coarse, so that things fall together: on the same instant, and on the border of an hour
const near = fc.nat(48).map((n) => n * 5);
const far = fc.nat(24 * 70 * 2).map((n) => n * 30);
const did = fc
  .record({
    person: fc.nat(PEOPLE - 1),
    draft: fc.constantFrom(...DRAFTS),
    minutes: fc.oneof(near, far),
    id: fc.uuid(),
  })
  .map(
    ({ person, draft, minutes, id }): Happening => ({
      kind: 'did',
      person,
      interaction: interactionAt(draft, START + minutes * 60_000, id),
    }),
  );
const merged = fc
  .tuple(fc.nat(PEOPLE - 1), fc.nat(PEOPLE - 1))
  .map(([loser, survivor]): Happening => ({ kind: 'merged', loser, survivor }));
const entered = fc.record({ person: fc.nat(PEOPLE - 1), segment: fc.nat(1) }).map((which): Happening => ({ kind: 'segment', ...which }));

/** One interaction of whomever. */
export const mapInteraction: fc.Arbitrary<Interaction> = did.map(
  (happening) => (happening as Extract<Happening, { kind: 'did' }>).interaction,
);

const happening = fc.oneof({ weight: 12, arbitrary: did }, { weight: 1, arbitrary: merged }, { weight: 2, arbitrary: entered });
export const storyArbitrary: fc.Arbitrary<Story> = fc.array(happening, { minLength: 1, maxLength: 40 }).map(possible);
/** One in which everything happens. */
export const longStory = (seed: number): Story =>
  fc.sample(fc.array(happening, { minLength: 80, maxLength: 80 }).map(possible), { numRuns: 1, seed })[0]!;

/** A person is merged away once, and never into one that is gone. */
function possible(story: Story): Story {
  const gone = new Set<number>();
  return story.filter((each) => {
    if (each.kind === 'segment') return !gone.has(each.person);
    if (each.kind === 'did') return true;
    if (each.loser === each.survivor || gone.has(each.loser) || gone.has(each.survivor)) return false;
    gone.add(each.loser);
    return true;
  });
}

export function interactionAt(draft: Draft, at: number, id: string): Interaction {
  const time = new Date(at).toISOString();
  return {
    id,
    source: 'test',
    messageId: id,
    kind: 'track',
    at: time,
    receivedAt: time,
    subject: 'userId:ann',
    identifiers: [{ type: 'userId', value: 'ann' }],
    direction: 'inbound',
    handling: 'none',
    sensitivity: 'normal',
    inferred: [],
    properties: {},
    ...draft,
  };
}

export interface MapFact {
  readonly topic: string;
  readonly key: string;
  readonly value: ProfileUpdated | MembershipChanged;
}

/**
 * As profiles and segmentation would tell it. What segmentation knows of a survivor goes on from both (a membership that only the other had moves over silently);
 * a person who did something after the merge still appears under the old id, as facts that overtake each other do.
 */
export function factsOf(story: Story): MapFact[] {
  const sequences = new Map<string, number>();
  return story.map((each, index): MapFact => {
    const at = new Date(START + 90 * 86_400_000 + index * 1000).toISOString();
    if (each.kind === 'did') return profileFact(each.person, [each.interaction]);
    if (each.kind === 'merged') {
      for (const segment of [0, 1]) {
        const [theirs, own] = [sequences.get(`${each.loser} ${segment}`) ?? 0, sequences.get(`${each.survivor} ${segment}`) ?? 0];
        if (theirs % 2 === 1 && own % 2 === 0) sequences.set(`${each.survivor} ${segment}`, own + 1);
      }
      return profileFact(each.loser, [], { profileId: personId(each.survivor), at, reason: 'identifiers', identifiers: [] });
    }
    const key = `${each.person} ${each.segment}`;
    const sequence = (sequences.get(key) ?? 0) + 1;
    sequences.set(key, sequence);
    const value = {
      profileId: personId(each.person),
      segmentId: segmentId(each.segment),
      segmentName: 'loyal',
      segmentVersion: 1,
      membership: sequence % 2 === 1 ? ('entered' as const) : ('left' as const),
      sequence,
      at,
      cause: 'clock' as const,
      why: [],
    };
    return { topic: TOPICS.membershipChanged.name, key: value.profileId, value };
  });
}

const profileFact = (person: number, applied: Interaction[], mergedInto?: ProfileUpdated['mergedInto']): MapFact => ({
  topic: TOPICS.profilesUpdated.name,
  key: personId(person),
  value: {
    profileId: personId(person),
    version: 1,
    profile: {} as Profile,
    applied,
    ...(mergedInto && { mergedInto }),
  } as MapFact['value'],
});

/** What the maps must say, by a scan. */
export function scanStory(story: Story): Scan {
  const survivor = new Map<number, number>();
  const standsFor = (person: number): number => (survivor.has(person) ? standsFor(survivor.get(person)!) : person);
  const segments = Array.from({ length: PEOPLE }, () => new Set<number>());
  for (const each of story) {
    if (each.kind === 'merged') {
      for (const segment of segments[each.loser]!) segments[each.survivor]!.add(segment);
      survivor.set(each.loser, each.survivor);
    } else if (each.kind === 'segment') {
      const own = segments[each.person]!;
      if (!own.delete(each.segment)) own.add(each.segment);
    }
  }
  const people = Array.from({ length: PEOPLE }, (_, person) => person).filter((person) => !survivor.has(person));
  return scanMaps(
    people.map((person) => ({
      interactions: story.flatMap((each) => (each.kind === 'did' && standsFor(each.person) === person ? [each.interaction] : [])),
      segments: [...segments[person]!].map(segmentId),
    })),
  );
}

/** A tally as the scan writes it: days as dates, parts joined by `|`. */
export function readCounts(tally: Tally): [string, bigint][] {
  return tally.rows().map(({ parts, n }) => {
    const dayAt = parts[0]!.includes('-') ? 1 : 0;
    return [parts.map((part, index) => (index === dayAt ? dateOf(Number(part)) : part)).join('|'), n];
  });
}
