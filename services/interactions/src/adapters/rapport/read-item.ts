import type { InteractionReceived, Interaction } from '@rapport/contracts';
import { readIdentifiers } from '@rapport/identifiers';
import type { Draft } from '../../domain/draft.js';
import { EVENT_OF_CALL } from '../../domain/events/event-table.js';
import { clip, type Json, objectAt, textAt } from '../../domain/json.js';
import { keepContext } from '../../domain/keep-context.js';
import { readLinks } from '../../domain/links.js';
import { statedMoney } from '../../domain/money.js';

const TEXT_LENGTH_MAX = 16_384;
const KINDS: ReadonlySet<string> = new Set(['track', ...Object.keys(EVENT_OF_CALL)]);

/**
 * One item of `POST /v1/interactions` as a draft: `{id, event, at, channel, identifiers, …the attributes of DOMAIN §1, value, traits, account,
 * properties, text}`. @returns a reason instead, when it is no such item.
 */
export function readItem(received: InteractionReceived): Draft | string {
  const item = received.payload;
  const kind = kindOf(item);
  const event = textAt(item, 'event') ?? (kind === 'track' ? undefined : EVENT_OF_CALL[kind]);
  if (event === undefined) return 'an interaction without the name of its event';
  const properties = objectAt(item, 'properties') ?? {};
  const text = item['text'];
  const sentiment = item['sentiment'];
  return {
    kind,
    event,
    originalTime: item['at'],
    sentAt: undefined, // a server's clock: its word counts
    identifiers: readIdentifiers('rapport', item),
    stated: item,
    channelGuess: 'api',
    value: statedMoney(item['value']),
    links: readLinks(item, properties),
    properties,
    traits: objectAt(item, 'traits'),
    account: accountOf(item),
    text: typeof text === 'string' && text !== '' ? clip(text, TEXT_LENGTH_MAX) : undefined,
    sentiment: typeof sentiment === 'number' && sentiment >= -1 && sentiment <= 1 ? sentiment : undefined,
    context: keepContext(objectAt(item, 'context')),
  };
}

/** Stated, or told by what it carries: traits say something about the person, an account groups people. */
function kindOf(item: Json): Interaction['kind'] {
  const kind = item['kind'];
  if (typeof kind === 'string' && KINDS.has(kind)) return kind as Interaction['kind'];
  if (objectAt(item, 'traits') !== undefined) return 'identify';
  return accountOf(item) === undefined ? 'track' : 'group';
}

function accountOf(item: Json): Draft['account'] {
  const account = objectAt(item, 'account');
  const id = textAt(account, 'id');
  return id === undefined ? undefined : { id, traits: objectAt(account, 'traits') ?? {} };
}
