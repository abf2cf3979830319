import { type Interaction, isOfService, mayBeOfService, type Profile } from '@rapport/contracts';
import type { Decoded, SourceRecord } from '@rapport/platform';
import type { CaseCustomer, Heard } from '../domain/cases/case.js';
import { heardOf } from '../domain/cases/heard-of.js';
import { isTimeZone } from '../domain/cases/working-time.js';
import { isId } from './is-id.js';
import type { Unmerge } from '../domain/unmerge.js';
import { readUnmerge } from './read-unmerge.js';

/** What one fact about a profile brings to its cases. `mergedInto`: the customer turned out to be somebody else, and this is the last that is said of him. */
export interface HeardOfCustomer extends Unmerge {
  readonly kind: 'heard';
  readonly profileId: string;
  /** Of the profile. */
  readonly version: number;
  readonly customer: CaseCustomer;
  readonly heard: readonly Heard[];
  readonly mergedInto: string | null;
  readonly traceparent: string | undefined;
}
export interface CustomerErased {
  readonly kind: 'erased';
  readonly profileId: string;
}

const reject = (reason: string): Decoded<never> => ({ kind: 'reject', reason });

interface ProfileFact {
  readonly profileId: unknown;
  readonly version?: unknown;
  readonly split?: unknown;
  readonly unmergedFrom?: unknown;
  readonly profile?: Partial<Profile>;
  readonly applied?: readonly Interaction[];
  readonly mergedInto?: { readonly profileId: unknown };
}

/**
 * By its headers most facts are none of the cases' business, and are not even parsed. Readers are tolerant: only what a decision cannot do without is
 * looked at.
 * @param defaultTimeZone of customers who say none
 */
export function decodeProfileFact(record: SourceRecord, defaultTimeZone: string): Decoded<HeardOfCustomer | CustomerErased> {
  if (record.value === null)
    return isId(record.key)
      ? { kind: 'input', input: { kind: 'erased', profileId: record.key } }
      : reject('a tombstone needs a profile id as its key');
  if (!mayBeOfService(record.headers)) return { kind: 'skip' };
  const fact = JSON.parse(record.value.toString('utf8')) as ProfileFact;
  const { profileId, version, profile, applied = [], mergedInto } = fact;
  if (!isId(profileId) || !Number.isSafeInteger(version)) return reject('a fact needs the id of a profile, and its version');
  if (!Array.isArray(applied) || (mergedInto !== undefined && !isId(mergedInto.profileId)))
    return reject('what was applied must be a list, and a merge needs its survivor');
  const unmerge = readUnmerge(fact);
  if (unmerge === undefined) return reject('an un-merge needs its profiles, time and interactions');
  const ofService = applied.filter(isOfService);
  const isOfIdentity = mergedInto !== undefined || unmerge.split !== undefined || unmerge.livesAgain !== undefined;
  if (ofService.length === 0 && !isOfIdentity) return { kind: 'skip' };
  if (!ofService.every(({ at, id }) => isId(id) && !Number.isNaN(Date.parse(at)))) return reject('an interaction needs its id and time');
  return {
    kind: 'input',
    input: {
      kind: 'heard',
      profileId,
      version: version as number,
      ...unmerge,
      customer: { timeZone: zoneOf(profile, ofService) ?? defaultTimeZone, revenue: profile?.orders?.revenue ?? [] },
      heard: ofService.map(heardOf).sort(byTime),
      mergedInto: (mergedInto?.profileId as string | undefined) ?? null,
      traceparent: record.headers['traceparent'],
    },
  };
}

const byTime = (a: Heard, b: Heard): number => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0);

const ZONE_TRAITS = ['timezone', 'timeZone', 'time_zone'] as const;

/** What the customer stated; else where his device was. */
function zoneOf(profile: Partial<Profile> | undefined, interactions: readonly Interaction[]): string | undefined {
  const stated = ZONE_TRAITS.map((name) => profile?.traits?.[name]?.value);
  const seen = interactions.map(({ context }) => context?.['timezone']);
  return [...stated, ...seen].find((zone): zone is string => typeof zone === 'string' && isTimeZone(zone));
}
