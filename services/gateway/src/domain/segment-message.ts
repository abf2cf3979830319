import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler';
import type { ItemError } from './item-error.js';
import { MESSAGE_ID_LENGTH_MAX } from './limits.js';
import type { Json } from './parse-json.js';

export const SEGMENT_TYPES = ['track', 'identify', 'page', 'screen', 'group', 'alias'] as const;
export type SegmentType = (typeof SEGMENT_TYPES)[number];

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
/** SDKs send numbers, and null for what they do not know. */
const Id = (description: string) => nullable(Type.Union([Type.String({ maxLength: 256 }), Type.Number()], { description }));
const Members = (description: string) => nullable(Type.Record(Type.String(), Type.Unknown(), { description }));
const Time = (description: string) => nullable(Type.String({ maxLength: 64, description, examples: ['2026-01-15T09:00:00.000Z'] }));
const Name = (description: string) => Type.String({ minLength: 1, maxLength: 200, description });

const COMMON = {
  messageId: Type.Optional(
    nullable(
      Type.String({
        minLength: 1,
        maxLength: MESSAGE_ID_LENGTH_MAX,
        description: 'The same for every try: the second one has no effect. Made when it is missing.',
      }),
    ),
  ),
  userId: Type.Optional(Id('Your own id of the person.')),
  anonymousId: Type.Optional(Id('The id of the browser or device while nobody has signed in.')),
  context: Type.Optional(
    Members(
      'As in the Segment spec. `direct: true` takes the address of the caller as the customer’s; `externalIds[{id, type}]` are further identifiers; `active: false` does not count as activity.',
    ),
  ),
  integrations: Type.Optional(Members('Kept, without effect here.')),
  timestamp: Type.Optional(Time('When it happened, by the clock of the sender; corrected by `sentAt`.')),
  originalTimestamp: Type.Optional(Time('The same as `timestamp`, from older SDKs.')),
  sentAt: Type.Optional(Time('When the sender sent it, by its clock.')),
};

const open = { additionalProperties: true } as const;
const Properties = Type.Optional(Members('What matters about it.'));
const Traits = Type.Optional(Members('What is now known about the person, or (group) about the company.'));

/** One schema per call: what the door checks is what the API description shows. Other members are kept as they are. */
export const SEGMENT_SCHEMAS = {
  track: Type.Object({ ...COMMON, event: Name('The name of what happened, e.g. `Order Completed`.'), properties: Properties }, open),
  identify: Type.Object({ ...COMMON, traits: Traits }, open),
  page: Type.Object({ ...COMMON, name: Type.Optional(nullable(Type.String({ maxLength: 200 }))), properties: Properties }, open),
  screen: Type.Object({ ...COMMON, name: Type.Optional(nullable(Type.String({ maxLength: 200 }))), properties: Properties }, open),
  group: Type.Object({ ...COMMON, groupId: Type.Union([Name('Your own id of the company.'), Type.Number()]), traits: Traits }, open),
  alias: Type.Object({ ...COMMON, previousId: Type.Union([Name('What the person was called before.'), Type.Number()]) }, open),
} satisfies Record<SegmentType, TSchema>;

export type SegmentMessage = Static<(typeof SEGMENT_SCHEMAS)[SegmentType]> & Json;

const CHECKS = Object.fromEntries(SEGMENT_TYPES.map((type) => [type, TypeCompiler.Compile(SEGMENT_SCHEMAS[type])])) as unknown as Record<
  SegmentType,
  TypeCheck<TSchema>
>;
const ERRORS_MAX = 5;

/** What keeps a message from being taken, with pointers below `pointer`; empty when nothing does. */
export function checkSegmentMessage(type: SegmentType, item: Json, pointer: string): ItemError[] {
  const check = CHECKS[type];
  return check.Check(item) ? timeErrors(item, pointer) : schemaErrors(check, item, pointer);
}

/** The first findings of a compiled schema, one per place. */
export function schemaErrors(check: TypeCheck<TSchema>, value: unknown, pointer: string): ItemError[] {
  const found = new Map<string, ItemError>();
  for (const { path, message, schema } of check.Errors(value)) {
    if (!found.has(path)) found.set(path, { pointer: pointer + path.toWellFormed(), detail: wordsFor(schema, message) });
    if (found.size >= ERRORS_MAX) break;
  }
  return [...found.values()];
}

/** TypeBox speaks of unions and kinds; a caller wants to know what may stand there. */
function wordsFor(schema: TSchema, message: string): string {
  if (Array.isArray(schema['enum'])) return `must be one of ${schema['enum'].join(', ')}`;
  if (Array.isArray(schema['anyOf'])) return `must be ${[...new Set(schema['anyOf'].flatMap(namesOf))].join(' or ')}`;
  return message.charAt(0).toLowerCase() + message.slice(1);
}

function namesOf(schema: TSchema): string[] {
  if (Array.isArray(schema['anyOf'])) return schema['anyOf'].flatMap(namesOf);
  const limit = schema['maxLength'] === undefined ? '' : ` of ${schema['minLength'] ?? 0} to ${schema['maxLength']} characters`;
  return [`${schema['type'] ?? 'a value'}${limit}`];
}

const TIMES = ['timestamp', 'originalTimestamp', 'sentAt'] as const;

function timeErrors(item: Json, pointer: string): ItemError[] {
  let errors: ItemError[] | undefined;
  for (const name of TIMES) {
    const time = item[name];
    if (typeof time !== 'string' || !Number.isNaN(Date.parse(time))) continue;
    errors ??= [];
    errors.push({ pointer: `${pointer}/${name}`, detail: 'must be a time such as 2026-01-15T09:00:00.000Z' });
  }
  return errors ?? NONE;
}

const NONE: ItemError[] = [];
