import type { InteractionReceived } from '@rapport/contracts';
import { readIdentifiers } from '@rapport/identifiers';
import type { Draft } from '../../domain/draft.js';
import { EVENT_OF_CALL } from '../../domain/events/event-table.js';
import { inferChannel } from '../../domain/infer-channel.js';
import { type Json, objectAt, textAt } from '../../domain/json.js';
import { keepContext } from '../../domain/keep-context.js';
import { readLinks } from '../../domain/links.js';

const NOTHING: Json = Object.freeze({});

/**
 * One message of the Segment HTTP API as a draft. `integrations` says where a message should be forwarded to, which is not ours to do.
 * @returns a reason instead, when it is no such message.
 */
export function readSegmentMessage(received: InteractionReceived): Draft | string {
  const message = received.payload;
  switch (received.type) {
    case 'track': {
      const event = textAt(message, 'event');
      return event === undefined
        ? 'a track call without the name of its event'
        : draft(received, 'track', event, objectAt(message, 'properties') ?? NOTHING);
    }
    case 'page':
    case 'screen':
      return draft(received, received.type, EVENT_OF_CALL[received.type], pageProperties(message));
    case 'identify':
      // RudderStack's libraries put an identify call's traits into the context
      return {
        ...draft(received, 'identify', EVENT_OF_CALL.identify, NOTHING),
        traits: { ...objectAt(objectAt(message, 'context'), 'traits'), ...objectAt(message, 'traits') },
      };
    case 'group': {
      const id = textAt(message, 'groupId');
      if (id === undefined) return 'a group call without a groupId';
      return { ...draft(received, 'group', EVENT_OF_CALL.group, NOTHING), account: { id, traits: objectAt(message, 'traits') ?? NOTHING } };
    }
    case 'alias':
      return draft(received, 'alias', EVENT_OF_CALL.alias, NOTHING);
    case 'refused':
      return `refused at the door: ${refusals(message['errors'])}`;
    default:
      return `there is no call "${received.type}"`;
  }
}

/** What the gateway found in an item of a batch whose other items it accepted: pointers and reasons, no values. */
function refusals(errors: unknown): string {
  if (!Array.isArray(errors)) return 'no reason given';
  return errors.map((error) => `${textAt(error as Json, 'pointer') ?? ''} ${textAt(error as Json, 'detail') ?? ''}`).join('; ');
}

function draft(received: InteractionReceived, kind: Draft['kind'], event: string, properties: Json): Draft {
  const message = received.payload;
  const context = objectAt(message, 'context');
  const groupId = textAt(context, 'groupId');
  return {
    kind,
    event,
    originalTime: message['originalTimestamp'] ?? message['timestamp'],
    sentAt: received.sentAt ?? message['sentAt'],
    // `type` tells a group's traits from a person's, also where the call's own path named it
    identifiers: readIdentifiers('segment', message['type'] === kind ? message : { ...message, type: kind }),
    stated: properties,
    channelGuess: inferChannel(message),
    links: readLinks(properties, campaign(context)),
    properties,
    account: groupId === undefined ? undefined : { id: groupId, traits: NOTHING },
    context: keepContext(context?.['direct'] === true ? { ...requestOf(received), ...context } : context),
  };
}

/** `context.direct`: the message comes from the customer's own device, so the connection it came over is the customer's. */
function requestOf({ request }: InteractionReceived): Json {
  return request === undefined ? NOTHING : { ip: request.ip, userAgent: request.userAgent };
}

function campaign(context: Json | undefined): Json | undefined {
  const details = objectAt(context, 'campaign');
  const id = textAt(details, 'id') ?? textAt(details, 'name');
  return id === undefined ? undefined : { campaignId: id };
}

/** The page's own name belongs to its properties. */
function pageProperties(message: Json): Json {
  const properties = objectAt(message, 'properties') ?? NOTHING;
  const name = textAt(message, 'name');
  const category = textAt(message, 'category');
  return { ...(name === undefined ? {} : { name }), ...(category === undefined ? {} : { category }), ...properties };
}
