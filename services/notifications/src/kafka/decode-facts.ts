import { hash } from 'node:crypto';
import {
  type CustomerClassified,
  type Interaction,
  type MembershipChanged,
  type Profile,
  type ProfileAspect,
  readProfileHints,
  TOPICS,
} from '@rapport/contracts';
import type { Decoded, SourceRecord } from '@rapport/platform';
import { hasSignal, isSignalEvent } from '../domain/feedback.js';
import { projectProfile } from '../domain/project-profile.js';
import type { Input } from '../pipeline/inputs.js';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const isId = (value: unknown): value is string => typeof value === 'string' && ID.test(value);
const reject = (reason: string): Decoded<never> => ({ kind: 'reject', reason });

/** Facts of other services as inputs. Readers are tolerant: only what a decision cannot do without is looked at. */
export function decodeFact(record: SourceRecord, now: Date): Decoded<Input> {
  if (record.value === null) {
    if (record.topic !== TOPICS.profilesUpdated.name) return { kind: 'skip' };
    return isId(record.key)
      ? { kind: 'input', input: { kind: 'erased', profileId: record.key } }
      : reject('a tombstone needs a profile id as its key');
  }
  if (record.topic === TOPICS.profilesUpdated.name && isFresh(record, now) && saysNothing(record)) return { kind: 'skip' };
  const value = JSON.parse(record.value.toString()) as unknown;
  if (typeof value !== 'object' || value === null || !isId((value as { profileId?: unknown }).profileId))
    return reject('a fact needs the id of a profile');
  const { traceparent } = record.headers;
  switch (record.topic) {
    case TOPICS.profilesUpdated.name:
      return decodeProfile(value as ProfileFact, traceparent);
    case TOPICS.membershipChanged.name:
      return decodeMembership(value as MembershipChanged, traceparent);
    case TOPICS.customerClassified.name:
      return decodeClassified(value as CustomerClassified);
    default:
      return { kind: 'skip' };
  }
}

/** What the projection of a profile is made of. */
const PROJECTED: readonly ProfileAspect[] = [
  'identifiers',
  'traits',
  'contactPoints',
  'consents',
  'contacts',
  'agent',
  'notifications',
  'preferences',
];

/** An older one is read in any case. */
const FRESH_MS = 3_600_000;

/**
 * Whether the fact before this one, to which its headers compare it, was read here, or left unread for the same reason. Profiles gives hints only while that
 * one is too young to be compacted away; so a reader that comes late, or begins with an old log, has met it, and read it, because it was not fresh.
 */
const isFresh = ({ timestampMs }: SourceRecord, now: Date): boolean => now.getTime() - timestampMs < FRESH_MS;

/**
 * By its headers the fact changes nothing that is kept here. Its version is then not taken over either: what is kept is the same under both, and a later
 * fact is newer than both.
 */
function saysNothing({ headers }: SourceRecord): boolean {
  const hints = readProfileHints(headers);
  if (hints === undefined || PROJECTED.some((aspect) => hints.changed.has(aspect))) return false;
  for (const event of hints.events) if (isSignalEvent(event)) return false;
  return true;
}

interface ProfileFact {
  profileId: string;
  version: number;
  profile: Profile;
  applied?: Interaction[];
  mergedInto?: { profileId: string };
  split?: { profileId: string; version: number; identifiers?: { value: string }[] };
  unmergedFrom?: { profileId: string };
}

function decodeProfile(
  { profileId, version, profile, applied = [], mergedInto, split, unmergedFrom }: ProfileFact,
  traceparent: string | undefined,
): Decoded<Input> {
  if (!Number.isSafeInteger(version) || version < 1) return reject('a profile needs its version');
  if (
    !Array.isArray(profile?.contactPoints) ||
    !Array.isArray(profile.consents) ||
    typeof profile.traits !== 'object' ||
    profile.traits === null
  )
    return reject('a profile needs its traits, contact points and consents');
  if (!Array.isArray(applied) || (mergedInto !== undefined && !isId(mergedInto.profileId)))
    return reject('what was applied must be a list, and a merge needs its survivor');
  if (split !== undefined && (!isId(split.profileId) || !Number.isSafeInteger(split.version)))
    return reject('a split needs the profile that lives again, and its version');
  if (unmergedFrom !== undefined && (!isId(unmergedFrom.profileId) || !Array.isArray(profile.identifiers)))
    return reject('a profile that lives again needs its identifiers, and the profile that it was part of');
  const snapshot = JSON.stringify(projectProfile(profile));
  return {
    kind: 'input',
    input: {
      kind: 'profile',
      profileId,
      version,
      snapshot,
      digest: hash('sha1', snapshot, 'base64'),
      signals: applied.filter(hasSignal),
      mergedInto: mergedInto?.profileId ?? null,
      split: split === undefined ? null : { ...split, addresses: (split.identifiers ?? []).map(({ value }) => value) },
      unmergedFrom:
        unmergedFrom === undefined ? null : { profileId: unmergedFrom.profileId, addresses: profile.identifiers.map(({ value }) => value) },
      traceparent,
    },
  };
}

function decodeMembership(fact: MembershipChanged, traceparent: string | undefined): Decoded<Input> {
  if (!isId(fact.segmentId) || !Number.isSafeInteger(fact.sequence) || Number.isNaN(Date.parse(fact.at)))
    return reject('a membership needs its segment, sequence and time');
  if (fact.membership !== 'entered' && fact.membership !== 'left') return reject('a membership is entered or left');
  return { kind: 'input', input: { kind: 'membership', fact, traceparent } };
}

function decodeClassified(fact: CustomerClassified): Decoded<Input> {
  if (!Number.isSafeInteger(fact.version) || typeof fact.relationshipType?.primary !== 'string')
    return reject('a classification needs its version and relationship type');
  return { kind: 'input', input: { kind: 'classified', fact } };
}
