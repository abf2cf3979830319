import { words } from '@rapport/contracts';
import { Type } from '@sinclair/typebox';
import { draftOf } from '../draft-of.js';
import { messageIdOf } from '../message-id.js';
import { identifiersOf } from '../provider-values.js';
import { FIELD, genericAdapter } from './batch.js';

// biome-ignore format: a table is read by its columns
const EVENTS = {
  registered: 'Webinar Registered',
  attended:   'Webinar Attended',
  missed:     'Webinar Missed',
  asked:      'Webinar Question Asked',
} as const;

export const WebinarEvent = Type.Object({
  id: FIELD.id,
  type: words(Object.keys(EVENTS) as (keyof typeof EVENTS)[], 'What the person did.'),
  at: FIELD.at,
  person: FIELD.person,
  webinar: Type.Object({ id: FIELD.id, title: Type.Optional(FIELD.short('The title of the webinar.')) }),
  minutes: Type.Optional(Type.Number({ minimum: 0, maximum: 10_000, description: 'For how long he was there.' })),
  text: Type.Optional(FIELD.text('The question that was asked.')),
});

/** Provider `webinar`. */
export const readWebinarEvents = genericAdapter('events', WebinarEvent, ({ id, type, at, person, webinar, minutes, text }) => ({
  messageId: messageIdOf(id),
  draft: draftOf({
    event: EVENTS[type],
    at,
    identifiers: identifiersOf(person),
    channel: 'webinar',
    properties: { webinar_id: webinar.id, title: webinar.title, minutes },
    text,
  }),
}));
