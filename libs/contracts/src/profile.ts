import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { Channel, Id, Money, Timestamp } from './vocabulary.js';
import { words } from './words.js';

export const TraitValue = Type.Object({ value: Type.Unknown(), source: Type.String(), at: Timestamp }, { additionalProperties: false });
export type TraitValue = Static<typeof TraitValue>;

export const ContactPoint = Type.Object(
  {
    channel: Channel,
    address: Type.String({ maxLength: 512 }),
    verified: Type.Boolean(),
    reachable: Type.Boolean(),
    unreachable: Type.Optional(
      Type.Object(
        { reason: words(['bounced', 'complained', 'blocked']), since: Timestamp },
        {
          additionalProperties: false,
          description:
            'Why not: it bounced, the customer complained of what came there, or blocked the sender. What he cannot do without may still go to an address that complained.',
        },
      ),
    ),
  },
  { additionalProperties: false },
);
export type ContactPoint = Static<typeof ContactPoint>;

const EVIDENCE = {
  purpose: Type.String({ maxLength: 64 }),
  channel: Type.String({ maxLength: 32 }),
  at: Timestamp,
  source: Type.String({ maxLength: 100 }),
  wording: Type.Optional(Type.String({ maxLength: 2000 })),
  wordingVersion: Type.Optional(Type.String({ maxLength: 100, description: 'Which edition of the words.' })),
  actor: Type.Optional(Type.String({ maxLength: 100, description: 'Who said it: `customer`, or who recorded it for him.' })),
};

/** Consent as evidence: who may be contacted for what, where, since when, and in which words it was asked. `channel: '*'` = every channel. */
export const Consent = Type.Object({ ...EVIDENCE, state: words(['granted', 'withdrawn']) }, { additionalProperties: false });
export type Consent = Static<typeof Consent>;

/**
 * A consent that waits for the customer's confirmation (double opt-in). It permits nothing, and leaves what was decided before as it is: a list of its
 * own, so that no reader can take it for a consent.
 */
export const ConsentRequest = Type.Object(EVIDENCE, { additionalProperties: false });
export type ConsentRequest = Static<typeof ConsentRequest>;

const preference = <S extends TSchema>(value: S) =>
  Type.Object(
    {
      value,
      source: words(['stated', 'inferred']),
      basis: Type.String({
        maxLength: 32,
        description: 'A trait, or what it was inferred from: `activity`, `device`, `telephone`, `locale`.',
      }),
      at: Type.Optional(Timestamp),
    },
    { additionalProperties: false },
  );
const TimeOfDay = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' });

/** How a customer wants to be reached. What he states wins; what is only inferred from what he does says so. */
export const Preferences = Type.Object(
  {
    channel: Type.Optional(preference(Channel)),
    language: Type.Optional(preference(Type.String({ maxLength: 35, description: 'BCP 47.' }))),
    timeZone: Type.Optional(preference(Type.String({ maxLength: 64, description: 'IANA.' }))),
    quietHours: Type.Optional(preference(Type.Object({ from: TimeOfDay, to: TimeOfDay }, { additionalProperties: false }))),
  },
  { additionalProperties: false },
);
export type Preferences = Static<typeof Preferences>;

export const ContactCount = Type.Object({ count: Type.Integer({ minimum: 0 }), lastAt: Timestamp }, { additionalProperties: false });
export type ContactCount = Static<typeof ContactCount>;

/** Everything known about one person. Facts are folded from interactions; the fold commutes. */
export const Profile = Type.Object(
  {
    id: Id,
    version: Type.Integer({ minimum: 1, description: 'Grows with every change; a reader takes a snapshot only if it is newer.' }),
    identifiers: Type.Array(
      Type.Object({ type: Type.String(), value: Type.String(), firstSeenAt: Timestamp }, { additionalProperties: false }),
      { maxItems: 1000 },
    ),
    traits: Type.Record(Type.String(), TraitValue),
    contactPoints: Type.Array(ContactPoint),
    consents: Type.Array(Consent),
    consentRequests: Type.Optional(Type.Array(ConsentRequest)),
    preferences: Type.Optional(Preferences),
    accounts: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          firstSeenAt: Timestamp,
          role: Type.Optional(Type.String({ maxLength: 64 })),
          inferredFrom: Type.Optional(words(['email_domain'], 'Absent: somebody stated it.')),
        },
        { additionalProperties: false },
      ),
    ),
    firstSeenAt: Timestamp,
    lastSeenAt: Timestamp,
    orders: Type.Object(
      { count: Type.Integer(), revenue: Type.Array(Money), firstAt: Type.Optional(Timestamp), lastAt: Type.Optional(Timestamp) },
      { additionalProperties: false },
    ),
    refunds: Type.Object({ count: Type.Integer(), amount: Type.Array(Money) }, { additionalProperties: false }),
    contacts: Type.Object(
      { byChannel: Type.Record(Type.String(), ContactCount), byHandling: Type.Record(Type.String(), ContactCount) },
      { additionalProperties: false },
    ),
    satisfaction: Type.Object(
      { answers: Type.Integer(), lastScore: Type.Optional(Type.Number()), lastAt: Type.Optional(Timestamp) },
      { additionalProperties: false },
    ),
    openCases: Type.Array(Type.String()),
    agentId: Type.Optional(Type.String()),
    mergedFrom: Type.Array(Id),
  },
  { additionalProperties: false, $id: 'profile' },
);
export type Profile = Static<typeof Profile>;
