import { type Static, type TObject, type TSchema, Type } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { type Adapter, DELIVERY_ITEMS_MAX, type InboundDelivery, type InboundItem, found, rejected } from '../adapter.js';
import { jsonObjectOf } from '../read-body.js';

const text = (description: string, maxLength: number) => Type.String({ minLength: 1, maxLength, description });

/** Members that several of the generic documents share. */
export const FIELD = {
  id: text('Your id of this fact. The same id is the same fact, however often it is sent.', 100),
  at: Type.String({
    pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?(Z|[+-]\\d{2}:\\d{2})$',
    maxLength: 40,
    description: 'When it happened: RFC 3339, with its offset from UTC.',
  }),
  person: Type.Record(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_.-]{0,63}$' }), Type.String({ minLength: 1, maxLength: 256 }), {
    minProperties: 1,
    maxProperties: 20,
    description: 'Who: type and value of every identifier known, e.g. `{"email": "ann@example.com", "phone": "+84901234567"}`.',
  }),
  text: (description: string) => text(description, 16_384),
  short: (description: string) => text(description, 500),
  amount: (description: string) =>
    Type.String({ pattern: '^-?\\d{1,15}(\\.\\d{1,6})?$', description: `${description} A decimal string: money is never a float.` }),
  currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217.' }),
} as const;

/** A document `{<list>: [item, …]}`; unknown members are allowed everywhere and not read. */
export const batchOf = <T extends TSchema>(list: string, item: T, title: string): TObject =>
  Type.Object(
    { [list]: Type.Array(item, { minItems: 1, maxItems: DELIVERY_ITEMS_MAX }) },
    { $schema: 'https://json-schema.org/draft/2020-12/schema', title },
  );

/**
 * An adapter for a generic document: all of it fits its schema, or none of it is taken, with the pointer of the first fault (never the value: it may be
 * personal). `read` may leave items out.
 */
export function genericAdapter<T extends TSchema>(
  list: string,
  item: T,
  read: (item: Static<T>, delivery: InboundDelivery) => InboundItem | undefined,
): Adapter {
  const check = TypeCompiler.Compile(batchOf(list, item, list));
  return (delivery) => {
    const body = jsonObjectOf(delivery);
    if (body === undefined) return rejected('no JSON object');
    if (!check.Check(body)) {
      const first = check.Errors(body).First();
      return rejected(`${first?.path || '/'}: ${first?.message ?? 'does not fit its schema'}`);
    }
    const items = (body[list] as Static<T>[]).map((one) => read(one, delivery)).filter((one) => one !== undefined);
    return found(items, 'none of it is about a customer');
  };
}
