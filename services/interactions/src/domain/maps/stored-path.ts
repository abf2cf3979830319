import { STORED_CHANNELS, STORED_PLACES } from './codes.js';
import { type Answer, type CustomerPath, emptyPath, type Matter, type Scale, SLOT_MS } from './customer-path.js';

/** [slot, channel, place, ms within the slot, handling, complexity, sensitivity, tone, tones]; what is 0 at the end is left out. */
type StoredTouch = number[];
type StoredMatter = [string, number | null, number, number[], number, number, number | null, number | null, number];

interface StoredPath {
  readonly t?: readonly StoredTouch[];
  readonly o?: readonly [number, string][];
  readonly a?: readonly [number, Scale, number, string | null, string | null][];
  readonly m?: readonly StoredMatter[];
  /** [segment, profile, sequence, at] */
  readonly s?: readonly [string, string, number, number][];
  readonly x?: readonly [string, number][];
  readonly v?: number;
}

const CHANNEL_INDEX = new Map(STORED_CHANNELS.map((channel, index) => [channel, index]));
const PLACE_INDEX = new Map(STORED_PLACES.map((place, index) => [place, index]));

/** JSON that nobody queries: numbers instead of words, because every customer's is read and written on the batch path. */
export function encodePath(path: CustomerPath): string {
  const stored: StoredPath = {
    t: orNothing(
      path.touches.map((touch) =>
        trimmed([
          touch.slot,
          CHANNEL_INDEX.get(touch.channel) ?? 0,
          PLACE_INDEX.get(touch.place) ?? 0,
          touch.at - touch.slot * SLOT_MS,
          touch.handling,
          touch.complexity,
          touch.sensitivity,
          touch.tone,
          touch.tones,
        ]),
      ),
    ),
    o: orNothing(path.outcomes.map(({ at, event }): [number, string] => [at, event])),
    a: orNothing(path.answers.map(({ at, scale, score, place, matter }) => [at, scale, score, place ?? null, matter ?? null] as const)),
    m: orNothing([...path.matters].map(([reference, matter]) => storedMatter(reference, matter))),
    s: orNothing(
      [...path.memberships].flatMap(([segment, states]) =>
        [...states].map(([profile, { sequence, at }]): [string, string, number, number] => [segment, profile, sequence, at]),
      ),
    ),
    x: orNothing([...path.absorbed]),
    v: path.listedUpTo === 0 ? undefined : path.listedUpTo,
  } as StoredPath;
  return JSON.stringify(stored);
}

export function decodePath(text: string | null): CustomerPath {
  const path = emptyPath();
  if (text === null) return path;
  const stored = JSON.parse(text) as StoredPath;
  for (const [slot = 0, channel = 0, place = 0, ms = 0, handling = 0, complexity = 0, sensitivity = 0, tone = 0, tones = 0] of stored.t ??
    []) {
    path.touches.push({
      slot,
      channel: STORED_CHANNELS[channel]!,
      place: STORED_PLACES[place]!,
      at: slot * SLOT_MS + ms,
      handling,
      complexity,
      sensitivity,
      tone,
      tones,
    });
  }
  for (const [at, event] of stored.o ?? []) path.outcomes.push({ at, event });
  for (const [at, scale, score, place, matter] of stored.a ?? [])
    path.answers.push({ at, scale, score, place: place ?? undefined, matter: matter ?? undefined } satisfies Answer);
  for (const matter of stored.m ?? []) path.matters.set(matter[0], readMatter(matter));
  for (const [segment, profile, sequence, at] of stored.s ?? []) {
    const states = path.memberships.get(segment);
    path.memberships.set(segment, new Map(states).set(profile, { sequence, at }));
  }
  for (const [profile, at] of stored.x ?? []) path.absorbed.set(profile, at);
  path.listedUpTo = stored.v ?? 0;
  return path;
}

function storedMatter(reference: string, matter: Matter): StoredMatter {
  const { openedAt, openedOn, channels, complexity, sensitivity, resolvedAt, askedAt, lastAt } = matter;
  return [
    reference,
    finite(openedAt),
    openedOn === undefined ? -1 : (CHANNEL_INDEX.get(openedOn) ?? 0),
    channels.map((channel) => CHANNEL_INDEX.get(channel) ?? 0),
    complexity,
    sensitivity,
    finite(resolvedAt),
    finite(askedAt),
    lastAt,
  ];
}

function readMatter([, openedAt, openedOn, channels, complexity, sensitivity, resolvedAt, askedAt, lastAt]: StoredMatter): Matter {
  return {
    openedAt: openedAt ?? Number.POSITIVE_INFINITY,
    openedOn: STORED_CHANNELS[openedOn],
    channels: channels.map((index) => STORED_CHANNELS[index]!),
    complexity,
    sensitivity,
    resolvedAt: resolvedAt ?? Number.NEGATIVE_INFINITY,
    askedAt: askedAt ?? Number.NEGATIVE_INFINITY,
    lastAt,
  };
}

const finite = (at: number): number | null => (Number.isFinite(at) ? at : null);
const orNothing = <T>(list: readonly T[]): readonly T[] | undefined => (list.length === 0 ? undefined : list);

function trimmed(numbers: number[]): number[] {
  while (numbers.at(-1) === 0) numbers.pop();
  return numbers;
}
