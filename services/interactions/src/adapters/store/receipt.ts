import { words } from '@rapport/contracts';
import { type Static, Type } from '@sinclair/typebox';
import { FIELD } from '../generic/batch.js';
import { identifiersOf } from '../provider-values.js';
import type { InboundItem } from '../adapter.js';
import { draftOf } from '../draft-of.js';
import { messageIdOf } from '../message-id.js';

export const Receipt = Type.Object({
  id: FIELD.id,
  kind: Type.Optional(words(['sale', 'refund'], 'sale when it is left out.')),
  at: FIELD.at,
  person: Type.Optional(FIELD.person),
  store: Type.Optional(FIELD.short('Which store.')),
  agentId: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Who served.' })),
  total: FIELD.amount('What was paid, or paid back.'),
  currency: FIELD.currency,
  products: Type.Optional(
    Type.Array(
      Type.Object({
        product_id: FIELD.id,
        name: Type.Optional(FIELD.short('The product’s name.')),
        quantity: Type.Optional(FIELD.amount('How many.')),
        price: Type.Optional(FIELD.amount('Of one.')),
      }),
      { maxItems: 500 },
    ),
  ),
});
export type Receipt = Static<typeof Receipt>;

/** undefined: nobody knows whose receipt it is. A refund is recorded without its minus, as everywhere. */
export function receiptItem({
  id,
  kind = 'sale',
  at,
  person,
  store,
  agentId,
  total,
  currency,
  products,
}: Receipt): InboundItem | undefined {
  if (person === undefined) return undefined;
  const amount = kind === 'refund' && total.startsWith('-') ? total.slice(1) : total;
  return {
    messageId: messageIdOf(id, kind),
    draft: draftOf({
      event: kind === 'refund' ? 'Order Refunded' : 'Order Completed',
      at,
      identifiers: identifiersOf(person),
      channel: 'store',
      properties: { order_id: id, store, total: amount, currency, products },
      value: { currency, amount },
      links: { agentId },
    }),
  };
}
