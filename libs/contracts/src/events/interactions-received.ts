import { Type, type Static } from '@sinclair/typebox';
import { Timestamp } from '../vocabulary.js';
import { words } from '../words.js';

/** A payload as it came in through a door of the gateway, acknowledged and not yet understood. One record per interaction, or per delivery of a provider. */
export const InteractionReceived = Type.Object(
  {
    protocol: words(
      ['segment', 'rapport', 'inbound'],
      'segment: a Segment HTTP API message. rapport: an item of POST /v1/interactions. inbound: a delivery of a provider, which may hold several interactions or none.',
    ),
    type: Type.String({
      maxLength: 32,
      description: 'segment: track, identify, page, screen, group, alias. rapport: interaction. inbound: delivery.',
    }),
    source: Type.String({ minLength: 1, maxLength: 100 }),
    keyId: Type.String({ minLength: 1, maxLength: 100 }),
    messageId: Type.String({ minLength: 1, maxLength: 100 }),
    receivedAt: Timestamp,
    sentAt: Type.Optional(Type.String({ maxLength: 64, description: 'As the sender wrote it: its clock may be wrong.' })),
    request: Type.Optional(
      Type.Object(
        { ip: Type.Optional(Type.String({ maxLength: 64 })), userAgent: Type.Optional(Type.String({ maxLength: 512 })) },
        { additionalProperties: false },
      ),
    ),
    payload: Type.Record(Type.String(), Type.Unknown(), {
      description: 'inbound: `{provider, connection, settings, headers, body, encoding: "utf8" | "base64"}`.',
    }),
  },
  { additionalProperties: false, $id: 'interactions.received.v1' },
);
export type InteractionReceived = Static<typeof InteractionReceived>;
