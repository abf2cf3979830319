import { readIdentifiers, subjectOf } from '@rapport/identifiers';
import { type ItemError, RefusedRequest } from './item-error.js';
import { BATCH_EVENTS_MAX, EVENT_BYTES_MAX } from './limits.js';
import { checkHazards, isObject, type Json, type ParsedBody } from './parse-json.js';
import { type ReceivedRecord, type RecordParts, type RequestFacts, recordWriter } from './received-record.js';
import { checkSegmentMessage, SEGMENT_TYPES, type SegmentType } from './segment-message.js';

/** What a batch brought: records to keep, and what is wrong with the items that are not among them. */
export interface SegmentBatch {
  readonly records: readonly ReceivedRecord[];
  readonly errors: readonly ItemError[];
  /** One record per bad item, so that nothing that is answered with 200 vanishes: the interactions service puts them to the dead letters. */
  readonly refused: readonly ReceivedRecord[];
}

type NewId = () => string;

/** `POST /v1/{track,identify,page,screen,group,alias}`. @throws {RefusedRequest} */
export function readSegmentCall(type: SegmentType, { text, body, escaped }: ParsedBody, facts: RequestFacts, newId: NewId): ReceivedRecord {
  if (Buffer.byteLength(text) > EVENT_BYTES_MAX) throw tooLarge('');
  const hazard = checkHazards(body, escaped, '');
  if (hazard) throw new RefusedRequest('items', 'The event cannot be accepted.', [{ pointer: hazard.pointer, detail: hazard.detail }]);
  const message = body['type'] === type && !('writeKey' in body) ? body : withoutKey({ ...body, type });
  const read = readItem(type, message, '');
  if ('errors' in read) throw new RefusedRequest('items', 'The event cannot be accepted.', read.errors);
  const payload = message === body ? text : JSON.stringify(message);
  return recordWriter(facts)(partsOf(type, message, read.subject, undefined, payload, newId));
}

/** `POST /v1/batch` and `/v1/import`. @throws {RefusedRequest} */
export function readSegmentBatch({ text, body, escaped }: ParsedBody, facts: RequestFacts, newId: NewId): SegmentBatch {
  const items = body['batch'];
  if (!Array.isArray(items))
    throw new RefusedRequest('shape', 'The body needs a member `batch` with the events.', [
      { pointer: '/batch', detail: 'must be an array' },
    ]);
  if (items.length === 0)
    throw new RefusedRequest('shape', 'The batch is empty.', [{ pointer: '/batch', detail: 'must hold at least 1 event' }]);
  if (items.length > BATCH_EVENTS_MAX)
    throw new RefusedRequest('too_many', `A batch holds at most ${BATCH_EVENTS_MAX} events; this one has ${items.length}.`);
  const hazard = checkHazards({ context: body['context'], integrations: body['integrations'], sentAt: body['sentAt'] }, escaped, '');
  if (hazard) throw new RefusedRequest('items', 'The batch cannot be accepted.', [{ pointer: hazard.pointer, detail: hazard.detail }]);
  return new BatchReader(body, escaped, text.length > EVENT_BYTES_MAX / 3, facts, newId).read(items);
}

class BatchReader {
  private readonly records: ReceivedRecord[] = [];
  private readonly errors: ItemError[] = [];
  private readonly refused: ReceivedRecord[] = [];
  private readonly write: (parts: RecordParts) => ReceivedRecord;
  private readonly sentAt: string | undefined;
  private readonly shared: Json | undefined;

  constructor(
    body: Json,
    private readonly escaped: boolean,
    /** Whether the whole is so long that a part of it can be too long. */
    private readonly measure: boolean,
    facts: RequestFacts,
    private readonly newId: NewId,
  ) {
    this.write = recordWriter(facts);
    this.sentAt = timeOf(body['sentAt']);
    const { context, integrations } = body;
    if (isObject(context) || isObject(integrations))
      this.shared = { ...(isObject(context) && { context }), ...(isObject(integrations) && { integrations }) };
  }

  read(items: readonly unknown[]): SegmentBatch {
    for (let index = 0; index < items.length; index++) this.readOne(items[index], `/batch/${index}`);
    return { records: this.records, errors: this.errors, refused: this.refused };
  }

  private readOne(item: unknown, pointer: string): void {
    const hazard = checkHazards(item, this.escaped, pointer);
    const original = JSON.stringify(item);
    if (this.measure && original.length > EVENT_BYTES_MAX / 3 && Buffer.byteLength(original) > EVENT_BYTES_MAX) throw tooLarge(pointer);
    if (hazard) return this.refuse(original, [{ pointer: pointer + hazard.pointer, detail: hazard.detail }]);
    if (!isObject(item)) return this.refuse(original, [{ pointer, detail: 'must be an object' }]);
    const type = item['type'] as SegmentType;
    if (!SEGMENT_TYPES.includes(type))
      return this.refuse(original, [{ pointer: `${pointer}/type`, detail: `must be one of ${SEGMENT_TYPES.join(', ')}` }]);
    const message = this.merge(item);
    const read = readItem(type, message, pointer);
    if ('errors' in read) return this.refuse(original, read.errors);
    const payload = message === item ? original : JSON.stringify(message);
    this.records.push(this.write(partsOf(type, message, read.subject, this.sentAt, payload, this.newId)));
  }

  /** The batch's own context and integrations hold for every item that does not say otherwise. */
  private merge(item: Json): Json {
    if (this.shared === undefined) return 'writeKey' in item ? withoutKey({ ...item }) : item;
    const merged: Record<string, unknown> = { ...item };
    for (const [name, members] of Object.entries(this.shared))
      merged[name] = isObject(item[name]) ? { ...(members as Json), ...item[name] } : (item[name] ?? members);
    return withoutKey(merged);
  }

  /** The item as text inside a text: it may hold what no JSON document of ours should. */
  private refuse(item: string, errors: readonly ItemError[]): void {
    this.errors.push(...errors);
    const messageId = this.newId();
    const payload = JSON.stringify({ errors, item });
    this.refused.push(
      this.write({ type: REFUSED_TYPE, key: `refused:${messageId}`, messageId, sentAt: this.sentAt, direct: false, payload }),
    );
  }
}

/** `type` of the record of an item that was acknowledged as part of a batch and yet cannot be an interaction. */
export const REFUSED_TYPE = 'refused';

function readItem(type: SegmentType, message: Json, pointer: string): { readonly subject: string } | { readonly errors: ItemError[] } {
  const errors = checkSegmentMessage(type, message, pointer);
  if (errors.length > 0) return { errors };
  const subject = subjectOf(readIdentifiers('segment', message));
  if (subject === undefined)
    return { errors: [{ pointer, detail: 'needs a userId, an anonymousId or another identifier that names somebody' }] };
  return { subject };
}

function partsOf(type: SegmentType, message: Json, key: string, sentAt: string | undefined, payload: string, newId: NewId): RecordParts {
  const context = message['context'] as Json | null | undefined;
  const messageId = (message['messageId'] as string | null | undefined) ?? newId();
  return { type, key, messageId, sentAt: timeOf(message['sentAt']) ?? sentAt, direct: context?.['direct'] === true, payload };
}

const SENT_AT_LENGTH_MAX = 64;
const timeOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length <= SENT_AT_LENGTH_MAX && !Number.isNaN(Date.parse(value)) ? value : undefined;

/** The key of the door has no place in the log. */
function withoutKey(message: Record<string, unknown>): Json {
  delete message['writeKey'];
  return message;
}

const tooLarge = (pointer: string): RefusedRequest =>
  new RefusedRequest('too_large', `An event holds at most ${EVENT_BYTES_MAX} bytes.`, [
    { pointer, detail: `is larger than ${EVENT_BYTES_MAX} bytes` },
  ]);
