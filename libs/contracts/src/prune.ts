import type { TSchema } from '@sinclair/typebox';

/** Deletes in place every member that the schema does not name, at every level; maps (`properties`, traits) keep theirs. */
export type Pruner = (value: unknown) => void;

/**
 * For a service that passes on, in facts of its own, what it has read: a newer producer may have added members, and its own producer is strict.
 * Made once per schema; costs a look at each key.
 */
export function prunerOf(schema: TSchema): Pruner {
  return make(schema) ?? (() => undefined);
}

/** Undefined when nothing below can have an unknown member. */
function make(schema: TSchema): Pruner | undefined {
  if (schema.type === 'array') return pruneItems(make(schema.items as TSchema));
  if (schema.patternProperties) return pruneMap(make(Object.values(schema.patternProperties as Record<string, TSchema>)[0]!));
  if (schema.properties) return pruneMembers(schema.properties as Record<string, TSchema>, schema.additionalProperties === false);
  return undefined;
}

function pruneMembers(properties: Record<string, TSchema>, isClosed: boolean): Pruner {
  const members = new Map(Object.entries(properties).map(([name, member]) => [name, make(member)]));
  return (value) => {
    if (typeof value !== 'object' || value === null) return;
    const record = value as Record<string, unknown>;
    for (const name in record) {
      if (members.has(name)) members.get(name)?.(record[name]);
      else if (isClosed) delete record[name];
    }
  };
}

function pruneItems(item: Pruner | undefined): Pruner | undefined {
  if (!item) return undefined;
  return (value) => {
    if (Array.isArray(value)) for (const each of value) item(each);
  };
}

function pruneMap(member: Pruner | undefined): Pruner | undefined {
  if (!member) return undefined;
  return (value) => {
    if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) member(each);
  };
}
