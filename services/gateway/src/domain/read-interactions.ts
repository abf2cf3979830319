import { readIdentifiers, subjectOf } from '@rapport/identifiers';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { InteractionItem } from './interaction-item.js';
import { type ItemError, RefusedRequest } from './item-error.js';
import { BATCH_EVENTS_MAX, EVENT_BYTES_MAX } from './limits.js';
import { checkHazards, type Json, type ParsedBody } from './parse-json.js';
import { type ReceivedRecord, type RequestFacts, recordWriter } from './received-record.js';
import { schemaErrors } from './segment-message.js';

const CHECK = TypeCompiler.Compile(InteractionItem);

/** `POST /v1/interactions`: all items or none. @throws {RefusedRequest} naming every bad item by its pointer. */
export function readInteractions({ body, escaped }: ParsedBody, facts: RequestFacts, newId: () => string): ReceivedRecord[] {
  const items = body['interactions'];
  if (!Array.isArray(items))
    throw new RefusedRequest('shape', 'The body needs a member `interactions`.', [
      { pointer: '/interactions', detail: 'must be an array' },
    ]);
  if (items.length === 0)
    throw new RefusedRequest('shape', 'There is no interaction.', [{ pointer: '/interactions', detail: 'must hold at least 1 item' }]);
  if (items.length > BATCH_EVENTS_MAX)
    throw new RefusedRequest('too_many', `At most ${BATCH_EVENTS_MAX} interactions at a time; these are ${items.length}.`);
  const write = recordWriter(facts);
  const errors: ItemError[] = [];
  const records: ReceivedRecord[] = [];
  for (let index = 0; index < items.length; index++) {
    const read = readItem(items[index], escaped, `/interactions/${index}`);
    if ('errors' in read) errors.push(...read.errors);
    else if (errors.length === 0)
      records.push(
        write({ type: 'interaction', key: read.subject, messageId: read.item.id ?? newId(), direct: false, payload: read.text }),
      );
  }
  if (errors.length > 0) throw new RefusedRequest('items', 'No interaction was accepted: some are not as they should be.', errors);
  return records;
}

export type ReadItem =
  | { readonly errors: readonly ItemError[] }
  | { readonly item: InteractionItem; readonly subject: string; readonly text: string };

/** One item, whoever sends it. @throws {RefusedRequest} for what nobody sends by accident */
export function readItem(item: unknown, escaped: boolean, pointer: string): ReadItem {
  const hazard = checkHazards(item, escaped, pointer);
  if (hazard) return { errors: [{ pointer: pointer + hazard.pointer, detail: hazard.detail }] };
  if (!CHECK.Check(item)) return { errors: schemaErrors(CHECK, item, pointer) };
  if (item.at !== undefined && Number.isNaN(Date.parse(item.at)))
    return { errors: [{ pointer: `${pointer}/at`, detail: 'must be a time such as 2026-01-15T09:00:00.000Z' }] };
  const subject = subjectOf(readIdentifiers('rapport', item as Json));
  if (subject === undefined) return { errors: [{ pointer: `${pointer}/identifiers`, detail: 'none of them names somebody' }] };
  const text = JSON.stringify(item);
  if (text.length > EVENT_BYTES_MAX / 3 && Buffer.byteLength(text) > EVENT_BYTES_MAX) {
    throw new RefusedRequest('too_large', `An interaction holds at most ${EVENT_BYTES_MAX} bytes.`, [
      { pointer, detail: `is larger than ${EVENT_BYTES_MAX} bytes` },
    ]);
  }
  return { item, subject, text };
}
