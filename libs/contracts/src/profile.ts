import { Type, type Static } from '@sinclair/typebox';
import { Channel, Id, Money, Timestamp } from './vocabulary.js';
import { words } from './words.js';

export const TraitValue = Type.Object({ value: Type.Unknown(), source: Type.String(), at: Timestamp }, { additionalProperties: false });
export type TraitValue = Static<typeof TraitValue>;

export const ContactPoint = Type.Object(
  { channel: Channel, address: Type.String({ maxLength: 512 }), verified: Type.Boolean(), reachable: Type.Boolean() },
  { additionalProperties: false },
);
export type ContactPoint = Static<typeof ContactPoint>;

/** Consent as evidence: who may be contacted for what, where, since when, and in which words it was asked. `channel: '*'` = every channel. */
export const Consent = Type.Object(
  {
    purpose: Type.String({ maxLength: 64 }),
    channel: Type.String({ maxLength: 32 }),
    state: words(['granted', 'withdrawn']),
    at: Timestamp,
    source: Type.String({ maxLength: 100 }),
    wording: Type.Optional(Type.String({ maxLength: 2000 })),
  },
  { additionalProperties: false },
);
export type Consent = Static<typeof Consent>;

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
