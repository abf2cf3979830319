import { isObject, type Json, objectAt, textAt } from '../../domain/json.js';
import { readLinks } from '../../domain/links.js';
import { type Adapter, found, type InboundDelivery, rejected } from '../adapter.js';
import { draftOf, present } from '../draft-of.js';
import { messageIdOf, messageIdOfBytes } from '../message-id.js';
import { formOf, jsonObjectOf } from '../read-body.js';
import { FIELDS, IDENTIFIER_FIELDS, isSecret, type KnownField, spelling } from './fields.js';
import { multipartFieldsOf } from './multipart.js';

const FIELDS_MAX = 200;
const DEFAULT_EVENT = 'Contact Form Submitted';

/**
 * A form that somebody filled in: JSON, form fields or multipart. Known fields become identifiers, traits and the text; all others stay properties.
 * Settings: `event` (the name of what it means), `fields` (`{"their name": "our name"}`, see `FIELDS`; `"ignore"` drops one).
 */
export const form: Adapter = (delivery) => {
  const posted = fieldsOf(delivery);
  if (posted === undefined) return rejected('neither JSON nor a form');
  const names = Object.keys(posted);
  if (names.length === 0) return rejected('an empty form');
  if (names.length > FIELDS_MAX) return rejected(`more than ${FIELDS_MAX} fields`);
  const { known, rest } = sort(posted, objectAt(delivery.settings, 'fields'));
  const id = known.get('id') ?? delivery.headers['webhook-id'];
  const text = textOf(known.get('text'));
  const draft = draftOf({
    event: textAt(delivery.settings, 'event') ?? textOf(known.get('event')) ?? DEFAULT_EVENT,
    at: known.get('at'),
    channel: 'web',
    identifiers: IDENTIFIER_FIELDS.filter((field) => known.has(field)).map((type) => ({ type, value: known.get(type) })),
    attributes: { direction: 'inbound' },
    links: readLinks(posted, undefined),
    properties: { form: textOf(known.get('form')), subject: textOf(known.get('subject')), ...rest },
    traits: traitsOf(known),
    text,
    context: known.has('page') ? { page: { url: textOf(known.get('page')) } } : undefined,
  });
  const messageId = id === undefined || textOf(id) === undefined ? messageIdOfBytes(delivery.raw) : messageIdOf(textOf(id)!);
  return found([{ messageId, draft }], 'an empty form');
};

function fieldsOf(delivery: InboundDelivery): Json | undefined {
  const type = delivery.headers['content-type'] ?? '';
  if (type.includes('multipart/form-data')) return multipartFieldsOf(delivery.raw, type);
  if (type.includes('x-www-form-urlencoded')) return formOf(delivery);
  return jsonObjectOf(delivery);
}

interface Sorted {
  readonly known: ReadonlyMap<KnownField, unknown>;
  readonly rest: Json;
}

/** The first field that means something counts; passwords and card numbers are nobody's business and go nowhere. */
function sort(posted: Json, mapping: Json | undefined): Sorted {
  const known = new Map<KnownField, unknown>();
  const rest: Json = {};
  for (const [name, value] of Object.entries(posted)) {
    if (isSecret(name)) continue;
    const meant = meaningOf(name, mapping);
    if (meant === 'ignore') continue;
    if (meant !== undefined && !known.has(meant) && value !== '' && value !== null) known.set(meant, value);
    else if (meant === undefined) rest[name] = value;
  }
  return { known, rest };
}

function meaningOf(name: string, mapping: Json | undefined): KnownField | 'ignore' | undefined {
  const mapped = mapping !== undefined && Object.hasOwn(mapping, name) ? textAt(mapping, name) : undefined;
  if (mapped === 'ignore') return 'ignore';
  return FIELDS.get(spelling(mapped ?? name));
}

function traitsOf(known: ReadonlyMap<KnownField, unknown>): Json | undefined {
  const traits = present({ name: textOf(known.get('name')), company: textOf(known.get('company')) });
  return Object.keys(traits).length > 0 ? traits : undefined;
}

/** A field that came several times is a list: its texts, one a line. */
function textOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return textOf(value.filter((one) => typeof one === 'string').join('\n'));
  if (isObject(value)) return undefined;
  return textAt({ value }, 'value');
}
