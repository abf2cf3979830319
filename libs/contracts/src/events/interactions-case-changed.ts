import { Type, type Static } from '@sinclair/typebox';
import { Channel, Complexity, Id, Money, Sensitivity, Timestamp, Touchpoint } from '../vocabulary.js';
import { words } from '../words.js';

export const CASE_STATUSES = ['open', 'resolved', 'closed', 'merged'] as const;
export type CaseStatus = (typeof CASE_STATUSES)[number];

export const CASE_PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const;
export type CasePriority = (typeof CASE_PRIORITIES)[number];

/** What can happen to a case. `moved`: its customer turned out to be another one. */
export const CASE_CHANGES = [
  'opened',
  'answered',
  'switched',
  'escalated',
  'assigned',
  'prioritised',
  'first_response_late',
  'resolution_late',
  'resolved',
  'reopened',
  'closed',
  'merged',
  'moved',
] as const;
export type CaseChange = (typeof CASE_CHANGES)[number];

export const SWITCH_KINDS = ['proposed', 'flight'] as const;
export type SwitchKind = (typeof SWITCH_KINDS)[number];

const OptionalTime = Type.Optional(Timestamp);

/** One need of one customer, followed across channels. Told only when something that matters changed; no words of the customer are in it. */
export const CaseChanged = Type.Object(
  {
    caseId: Id,
    profileId: Id,
    version: Type.Integer({ minimum: 1, description: 'Grows with every fact of this case; take it only if newer.' }),
    changes: Type.Array(words(CASE_CHANGES), { minItems: 1 }),
    cause: words(['interaction', 'clock', 'merge'], 'merge: two profiles are one person.'),
    interactionId: Type.Optional(Id),
    at: Timestamp,
    case: Type.Object(
      {
        status: words(CASE_STATUSES),
        reference: Type.Optional(Type.String({ maxLength: 100, description: 'What the sender calls it.' })),
        priority: words(CASE_PRIORITIES),
        sensitivity: Sensitivity,
        complexity: Type.Optional(Complexity),
        touchpoint: Type.Optional(Touchpoint),
        value: Type.Optional(Money),
        channel: Type.Optional(Channel),
        assigneeId: Type.Optional(Type.String({ maxLength: 100 })),
        openedAt: Timestamp,
        firstResponseAt: OptionalTime,
        firstResponseDueAt: Timestamp,
        resolvedAt: OptionalTime,
        resolutionDueAt: Timestamp,
        switches: Type.Object(
          { proposed: Type.Integer({ minimum: 0 }), flight: Type.Integer({ minimum: 0 }) },
          { additionalProperties: false, description: 'Moves to another channel: as the company proposed, or away from the one before.' },
        ),
        reopened: Type.Integer({ minimum: 0, description: 'How often.' }),
        mergedInto: Type.Optional(Id),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false, $id: 'interactions.case-changed.v1' },
);
export type CaseChanged = Static<typeof CaseChanged>;
