import { assertProducible, cloudEventHeaders, dlqOf } from '@rapport/contracts';
import { DataFault, messageOf } from './faults.js';
import type { Fact, SourceRecord } from './pipeline.js';
import { ORIGIN_HEADER, ORIGIN_SEQ_HEADER, type Position } from './position.js';
import type { OutgoingRecord } from './store.js';

/** A fact larger than this could never be published and would hold up every later one, so its cause is a dead letter instead. */
export const FACT_BYTES_MAX = 1_000_000;

/**
 * Facts as records, in order, each with the next origin-seq of the position (which it advances).
 * @throws DataFault when a fact breaks its topic's contract or is too large: producers are strict.
 */
export function encodeFacts(facts: readonly Fact[], origin: string, position: Position, now: Date): OutgoingRecord[] {
  const time = now.toISOString();
  const source = `/rapport/${origin.slice(0, origin.indexOf('.'))}`;
  return facts.map((fact) => {
    const sequence = mark(position);
    const headers = {
      ...cloudEventHeaders({ id: `${origin}/${sequence}`, source, type: fact.topic.type, time, subject: fact.key }),
      ...fact.headers,
      ...(fact.traceparent === undefined ? {} : { traceparent: fact.traceparent }),
      [ORIGIN_HEADER]: origin,
      [ORIGIN_SEQ_HEADER]: sequence,
    };
    return { topic: fact.topic.name, key: fact.key, value: encodeValue(fact), headers };
  });
}

function encodeValue(fact: Fact): Buffer | null {
  if (fact.value === null) return null;
  try {
    assertProducible(fact.topic, fact.value);
  } catch (error) {
    throw new DataFault(messageOf(error), { cause: error });
  }
  const value = Buffer.from(fact.json ?? JSON.stringify(fact.value));
  if (value.length > FACT_BYTES_MAX)
    throw new DataFault(`a fact of ${fact.topic.name} has ${value.length} bytes, more than ${FACT_BYTES_MAX}`);
  return value;
}

/** The record as it was, with the reason and where it came from. */
export function encodeDeadLetter(group: string, record: SourceRecord, reason: string, origin: string, position: Position): OutgoingRecord {
  return {
    topic: dlqOf(group),
    key: record.key,
    value: record.value,
    headers: {
      ...record.headers,
      'dlq-reason': reason.slice(0, REASON_CHARS_MAX),
      'dlq-source': `${record.topic}/${record.partition}/${record.offset}`,
      [ORIGIN_HEADER]: origin,
      [ORIGIN_SEQ_HEADER]: mark(position),
    },
  };
}

/** A due input that could not be decided; it has no source record, so its own JSON is the value. */
export function encodeDeadClockInput(group: string, input: unknown, reason: string, origin: string, position: Position): OutgoingRecord {
  return {
    topic: dlqOf(group),
    key: null,
    value: Buffer.from(JSON.stringify(input) ?? 'null'),
    headers: {
      'dlq-reason': reason.slice(0, REASON_CHARS_MAX),
      'dlq-source': 'clock',
      [ORIGIN_HEADER]: origin,
      [ORIGIN_SEQ_HEADER]: mark(position),
    },
  };
}

const REASON_CHARS_MAX = 1000;

function mark(position: Position): string {
  position.sequence += 1n;
  return String(position.sequence);
}
