import type { Interaction } from '@rapport/contracts';

/**
 * The counts behind both maps, counted the long way from a customer's interactions: written apart from the product's code, from the words of ADR 13, so that the two
 * can disagree. Keys as in the tables, parts joined by `|`.
 */
export interface ScannedCustomer {
  readonly interactions: readonly Interaction[];
  readonly segments: readonly string[];
}
export interface Scan {
  readonly journeys: Map<string, bigint>;
  readonly channels: Map<string, bigint>;
}

const HOUR = 3_600_000;
const GAP = 30 * 24 * HOUR;
const ALL = '00000000-0000-0000-0000-000000000000';
const PRE = ['website', 'app', 'chatbot', 'social_post', 'advert', 'content', 'event'];
const PURCHASE = ['store_visit', 'online_checkout', 'payment', 'purchase_support'];
const HANDLINGS = ['none', 'self_service', 'automated', 'community', 'co_creation', 'human', 'dedicated_human'];
const COMPLEXITIES = ['unknown', 'simple', 'guided', 'complex'];
const SENSITIVITIES = ['normal', 'sensitive'];
const OUTCOMES = new Set(['Order Completed', 'Return Requested', 'Case Opened', 'Case Resolved', 'Order Refunded']);

const time = (one: Interaction): number => Date.parse(one.at);
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
const hour = (at: number): number => Math.floor(at / HOUR);
const highest = (order: readonly string[], words: readonly string[]): string =>
  order[Math.max(...words.map((word) => order.indexOf(word)))]!;
const kindOf = (many: readonly Interaction[]): string =>
  `${highest(
    COMPLEXITIES,
    many.map((one) => one.complexity ?? 'unknown'),
  )}|${highest(
    SENSITIVITIES,
    many.map((one) => one.sensitivity),
  )}`;
const place = ({ stage, touchpoint }: Interaction): string | undefined =>
  touchpoint &&
  `${stage ?? (PRE.includes(touchpoint) ? 'pre_purchase' : PURCHASE.includes(touchpoint) ? 'purchase' : 'post_purchase')}.${touchpoint}`;
const bucket = (ms: number): number => (ms < 1000 ? 0 : 1 + Math.floor(4 * Math.log2(ms / 1000) + 1e-9));
const reference = (one: Interaction): string | undefined =>
  one.caseId ? `case:${one.caseId}` : one.conversationId && `conversation:${one.conversationId}`;

function groups<T>(items: readonly T[], key: (item: T) => string | undefined): T[][] {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), item]);
  }
  return [...found.values()];
}

export function scanMaps(customers: readonly ScannedCustomer[]): Scan {
  const scan: Scan = { journeys: new Map(), channels: new Map() };
  for (const { interactions, segments } of customers) {
    const journeys = scanJourneys(interactions);
    for (const segment of [ALL, ...segments]) for (const key of journeys) bump(scan.journeys, `${segment}|${key[0]}`, key[1]);
    for (const [key, n] of scanChannels(interactions)) bump(scan.channels, key, n);
  }
  for (const counts of [scan.journeys, scan.channels]) for (const [key, n] of counts) if (n === 0n) counts.delete(key);
  return scan;
}

function bump(counts: Map<string, bigint>, key: string, n: bigint): void {
  counts.set(key, (counts.get(key) ?? 0n) + n);
}

function scanJourneys(interactions: readonly Interaction[]): [string, bigint][] {
  const found: [string, bigint][] = [];
  const visits = groups(interactions, (one) => place(one) && `${hour(time(one))} ${place(one)}`)
    .map((many) => ({ place: place(many[0]!)!, at: Math.min(...many.map(time)) }))
    .sort((a, b) => a.at - b.at || (a.place < b.place ? -1 : 1));
  visits.forEach((visit, index) => {
    const before = visits[index - 1];
    const next = visits[index + 1];
    if (!before || visit.at - before.at > GAP) found.push([`${day(visit.at)}|start|${visit.place}||0`, 1n]);
    if (!next || next.at - visit.at > GAP) found.push([`${day(visit.at)}|end|${visit.place}||0`, 1n]);
    else found.push([`${day(visit.at)}|move|${visit.place}|${next.place}|${bucket(next.at - visit.at)}`, 1n]);
  });
  // a tone counts on the day on which its touch began, which is the same hour
  for (const one of interactions.filter((each) => each.sentiment !== undefined && place(each))) {
    found.push(
      [`${day(time(one))}|tone|${place(one)}||0`, BigInt(Math.round(one.sentiment! * 1000))],
      [`${day(time(one))}|tones|${place(one)}||0`, 1n],
    );
  }
  for (const one of interactions) {
    const at = time(one);
    if (OUTCOMES.has(one.event)) found.push([`${day(at)}|outcome|${one.event}|${way(visits, at)}|0`, 1n]);
    const score = scoreOf(one);
    if (score === undefined) continue;
    const about = visits.filter((visit) => visit.at < at && at - visit.at <= GAP && !visit.place.endsWith('.survey')).at(-1)?.place;
    if (about) found.push([`${day(at)}|csat|${about}||${score}`, 1n]);
  }
  return found;
}

function way(visits: readonly { place: string; at: number }[], at: number): string {
  const before = visits.filter((visit) => visit.at <= at);
  const steps: string[] = [];
  let last = at;
  for (const visit of before.reverse()) {
    if (last - visit.at > GAP || steps.length === 5) break;
    if (steps[0] !== visit.place) steps.unshift(visit.place);
    last = visit.at;
  }
  return steps.join('>');
}

function scoreOf({ event, properties: { score } }: Interaction): number | undefined {
  return event === 'Survey Answered' && typeof score === 'number' ? score : undefined;
}

function scanChannels(interactions: readonly Interaction[]): [string, bigint][] {
  const found: [string, bigint][] = [];
  for (const one of interactions) {
    const key = `${day(time(one))}|${one.channel}|${kindOf([one])}`;
    found.push([`${key}|interaction|`, 1n]);
    if (one.value && one.event === 'Order Completed')
      found.push([`${key}|value|${one.value.currency}`, BigInt(Math.round(Number(one.value.amount) * 1e6))]);
    if (one.value && one.event === 'Order Refunded')
      found.push([`${key}|value|${one.value.currency}`, -BigInt(Math.round(Number(one.value.amount) * 1e6))]);
  }
  const contacts = groups(interactions, (one) => `${hour(time(one))} ${one.channel}`);
  for (const many of contacts) {
    const first = Math.min(...many.map(time));
    const handling = highest(
      HANDLINGS,
      many.map((one) => one.handling),
    );
    found.push([`${day(first)}|${many[0]!.channel}|${kindOf(many)}|contact|${handling}`, 1n]);
  }
  const matters = groups(
    interactions.filter((one) => one.event !== 'Survey Answered'),
    reference,
  );
  for (const many of matters) {
    const inbound = many.filter((one) => one.direction === 'inbound').sort((a, b) => time(a) - time(b) || (a.channel < b.channel ? -1 : 1));
    if (!inbound[0]) continue;
    const opened = time(inbound[0]);
    const key = `${day(opened)}|${inbound[0].channel}|${kindOf(many)}`;
    const ends = many[0]!.caseId ? ['Case Resolved'] : ['Case Resolved', 'Call Ended'];
    const resolved = Math.max(...many.filter((one) => ends.includes(one.event)).map(time));
    const asked = Math.max(...inbound.filter((one) => !ends.includes(one.event)).map(time));
    found.push([`${key}|matter|`, 1n]);
    if (resolved >= opened && resolved >= asked) {
      found.push([`${key}|resolved|`, 1n], [`${key}|took|${bucket(resolved - opened)}`, 1n]);
      if (new Set(inbound.map((one) => one.channel)).size === 1) found.push([`${key}|unswitched|`, 1n]);
    }
  }
  for (const one of interactions) {
    const score = scoreOf(one);
    if (score === undefined) continue;
    const at = time(one);
    const matter = matters.find((many) => reference(many[0]!) === reference(one) && reference(one) !== undefined);
    const opening = matter
      ?.filter((each) => each.direction === 'inbound')
      .sort((a, b) => time(a) - time(b) || (a.channel < b.channel ? -1 : 1))[0];
    if (matter && opening && time(opening) <= at) found.push([`${day(at)}|${opening.channel}|${kindOf(matter)}|csat|${score}`, 1n]);
    else {
      const served = contacts
        .map((many) => ({ many, at: Math.min(...many.map(time)) }))
        .filter(
          ({ many, at: first }) =>
            first < at && at - first <= GAP && many.some((each) => !['none', 'self_service'].includes(each.handling)),
        )
        .sort((a, b) => a.at - b.at || (a.many[0]!.channel < b.many[0]!.channel ? -1 : 1));
      const last = served.at(-1);
      if (last) found.push([`${day(at)}|${last.many[0]!.channel}|${kindOf(last.many)}|csat|${score}`, 1n]);
    }
  }
  return found;
}
