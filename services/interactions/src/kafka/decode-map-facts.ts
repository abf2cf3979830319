import { type Interaction, type MembershipChanged, readProfileHints, TOPICS } from '@rapport/contracts';
import type { Decoded, SourceRecord } from '@rapport/platform';
import { type Step, stepOf } from '../domain/maps/steps.js';
import { isId } from './is-id.js';
import type { Unmerge } from '../domain/unmerge.js';
import { readUnmerge } from './read-unmerge.js';

/** What the maps read of the facts of others. */
export type MapInput =
  | ({
      readonly kind: 'heard';
      readonly profileId: string;
      /** Of the profile. */
      readonly version: number;
      readonly steps: readonly Step[];
      readonly mergedInto?: Merge | undefined;
    } & Unmerge)
  | {
      readonly kind: 'membership';
      readonly profileId: string;
      readonly segmentId: string;
      readonly sequence: number;
      /** Epoch ms. */
      readonly at: number;
    }
  | { readonly kind: 'erased'; readonly profileId: string };

interface Merge {
  readonly profileId: string;
  /** Epoch ms. */
  readonly at: number;
}

const reject = (reason: string): Decoded<never> => ({ kind: 'reject', reason });

interface ProfileFact {
  readonly profileId?: unknown;
  readonly version?: unknown;
  readonly split?: unknown;
  readonly unmergedFrom?: unknown;
  readonly applied?: readonly Interaction[];
  readonly mergedInto?: { readonly profileId?: unknown; readonly at?: unknown };
}

/** Readers are tolerant: only what the maps cannot do without is looked at. */
export function decodeMapFact(record: SourceRecord): Decoded<MapInput> {
  if (record.value === null) {
    if (record.topic !== TOPICS.profilesUpdated.name) return { kind: 'skip' };
    return isId(record.key)
      ? { kind: 'input', input: { kind: 'erased', profileId: record.key } }
      : reject('a tombstone needs a profile id as its key');
  }
  const told = toldAlone(record.value, record.headers);
  if (told !== undefined && isId(record.key)) return heard(record.key, told.version, told.applied);
  const value = JSON.parse(record.value.toString()) as ProfileFact | null;
  if (typeof value !== 'object' || value === null || !isId(value.profileId)) return reject('a fact needs the id of a profile');
  if (record.topic === TOPICS.profilesUpdated.name) return decodeProfile(value.profileId, value);
  return record.topic === TOPICS.membershipChanged.name ? decodeMembership(value as object as MembershipChanged) : { kind: 'skip' };
}

const APPLIED = Buffer.from('"applied":[');
const HEAD = /^\{"profileId":"[^"]{36}","version":(\d+),/;
const HEAD_CHARS_MAX = 90;

/**
 * Most of a fact is the profile, which the maps do not need: to read it would cost more than all the rest of decoding. Hints say that the fact is no merge; then
 * what was applied comes last, and where those characters occur once, that is where.
 */
function toldAlone(value: Buffer, headers: SourceRecord['headers']): { version: number; applied: Interaction[] } | undefined {
  if (readProfileHints(headers) === undefined) return undefined;
  const version = HEAD.exec(value.toString('latin1', 0, HEAD_CHARS_MAX))?.[1];
  if (version === undefined) return undefined;
  const at = value.indexOf(APPLIED);
  if (at < 0 || value.indexOf(APPLIED, at + 1) >= 0) return undefined;
  try {
    const applied: unknown = JSON.parse(value.toString('utf8', at + APPLIED.length - 1, value.length - 1));
    return Array.isArray(applied) ? { version: Number(version), applied: applied as Interaction[] } : undefined;
  } catch {
    return undefined; // something stands behind it: another producer
  }
}

const stepsOf = (applied: readonly Interaction[]): Step[] => applied.map(stepOf).filter((step) => step !== undefined);

function heard(profileId: string, version: number, applied: readonly Interaction[], unmerge: Unmerge = {}): Decoded<MapInput> {
  const steps = stepsOf(applied);
  if (steps.length === 0 && unmerge.split === undefined && unmerge.livesAgain === undefined) return { kind: 'skip' };
  return { kind: 'input', input: { kind: 'heard', profileId, version, steps, ...unmerge } };
}

function decodeProfile(profileId: string, fact: ProfileFact): Decoded<MapInput> {
  const { version, applied = [], mergedInto } = fact;
  if (!Array.isArray(applied)) return reject('what was applied must be a list');
  if (!Number.isSafeInteger(version)) return reject('a profile needs its version');
  const unmerge = readUnmerge(fact);
  if (unmerge === undefined) return reject('an un-merge needs its profiles, time and interactions');
  if (mergedInto === undefined) return heard(profileId, version as number, applied, unmerge);
  const at = Date.parse(String(mergedInto.at));
  if (!isId(mergedInto.profileId) || !Number.isFinite(at)) return reject('a merge needs its survivor and time');
  return {
    kind: 'input',
    input: {
      kind: 'heard',
      profileId,
      version: version as number,
      steps: stepsOf(applied),
      mergedInto: { profileId: mergedInto.profileId, at },
    },
  };
}

function decodeMembership({ profileId, segmentId, sequence, at: text }: MembershipChanged): Decoded<MapInput> {
  const at = Date.parse(text);
  if (!isId(segmentId) || !Number.isSafeInteger(sequence) || !Number.isFinite(at))
    return reject('a membership needs its segment, sequence and time');
  return { kind: 'input', input: { kind: 'membership', profileId, segmentId, sequence, at } };
}
