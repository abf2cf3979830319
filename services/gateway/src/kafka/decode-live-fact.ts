import { type Interaction, type Profile, readerOf, TOPICS } from '@rapport/contracts';
import type { SourceRecord } from '@rapport/platform';
import type { LiveFact, ToldChange } from '../domain/live/live-fact.js';
import { readStep, type Step } from '../domain/live/read-step.js';
import type { Who } from '../domain/live/visitor.js';

interface LiveTopic {
  readonly name: string;
  readonly decode: (record: SourceRecord) => LiveFact | undefined;
}

/** What the live view reads. The letter stands for the topic in positions that listeners hold: it stays for ever. */
export const LIVE_TOPICS: Readonly<Record<string, LiveTopic>> = {
  p: { name: TOPICS.profilesUpdated.name, decode: decodeProfile },
  m: { name: TOPICS.membershipChanged.name, decode: decodeMembership },
  d: { name: TOPICS.deliveryChanged.name, decode: decodeDelivery },
  c: { name: TOPICS.caseChanged.name, decode: decodeCase },
};

const readProfile = readerOf(TOPICS.profilesUpdated);
const readMembership = readerOf(TOPICS.membershipChanged);
const readDelivery = readerOf(TOPICS.deliveryChanged);
const readCase = readerOf(TOPICS.caseChanged);

function decodeProfile({ key, value, timestampMs }: SourceRecord): LiveFact | undefined {
  if (value === null) return key === null ? undefined : { kind: 'erased', profileId: key };
  const read = readProfile(value);
  if (!read.ok) return undefined;
  const { profileId, version, profile, applied, mergedInto } = read.value;
  if (mergedInto) return { kind: 'merged', profileId, into: mergedInto.profileId };
  const steps = stepsOf(applied, timestampMs);
  return steps.length > 0 ? { kind: 'stepped', profileId, who: whoOf(profile, version), steps } : undefined;
}

const stepsOf = (applied: readonly Interaction[], recordedMs: number): Step[] =>
  applied.map((interaction) => readStep(interaction, recordedMs)).filter((step) => step !== undefined);

const NAME_CHARS_MAX = 200;

function whoOf({ traits, agentId, openCases, orders, firstSeenAt }: Profile, version: number): Who {
  const text = (trait: string): string | undefined => {
    const value = traits[trait]?.value;
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const name = text('name') ?? ([text('firstName'), text('lastName')].filter(Boolean).join(' ') || undefined);
  return {
    version,
    ...(name !== undefined && { name: name.slice(0, NAME_CHARS_MAX) }),
    ...(agentId !== undefined && { agentId }),
    openCases: openCases.length,
    orders: orders.count,
    firstSeenAt,
  };
}

/** Why, with the evidence, is for `GET /v1/profiles/{ref}/segments`: a thousand listeners get what fits into a line. */
function decodeMembership({ value }: SourceRecord): ToldChange | undefined {
  const read = value === null ? undefined : readMembership(value);
  if (!read?.ok) return undefined;
  const { profileId, segmentId, segmentName: name, membership, sequence, at, cause } = read.value;
  return {
    kind: 'told',
    type: 'membership',
    profileId,
    data: { profileId, segmentId, name, membership, at, cause },
    membership: { segmentId, name, sequence, isMember: membership === 'entered' },
  };
}

/** The decision is for `GET /v1/notifications/{id}`. */
function decodeDelivery({ value }: SourceRecord): ToldChange | undefined {
  const read = value === null ? undefined : readDelivery(value);
  if (!read?.ok) return undefined;
  const { profileId, notificationId, purpose, channel, status, reason, attempt, at } = read.value;
  return {
    kind: 'told',
    type: 'delivery',
    profileId,
    ...(channel !== undefined && { channel }),
    data: { profileId, notificationId, purpose, channel, status, reason, attempt, at },
  };
}

/** Its switches, targets and value are for `GET /v1/cases/{id}`. */
function decodeCase({ value }: SourceRecord): ToldChange | undefined {
  const read = value === null ? undefined : readCase(value);
  if (!read?.ok) return undefined;
  const { profileId, caseId, changes, at } = read.value;
  const { status, priority, channel, assigneeId } = read.value.case;
  return {
    kind: 'told',
    type: 'case',
    profileId,
    ...(channel !== undefined && { channel }),
    data: { profileId, caseId, changes, at, status, priority, channel, assigneeId },
  };
}
