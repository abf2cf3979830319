import { InteractionRecorded, type Interaction, prunerOf } from '@rapport/contracts';
import type { Decoded, SourceRecord } from '@rapport/platform';

export interface RecordedInteraction {
  readonly kind: 'interaction';
  readonly interaction: Interaction;
  readonly traceparent: string | undefined;
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const prune = prunerOf(InteractionRecorded);

/**
 * Readers are tolerant: only what this service cannot do without is looked at (the producer checked the rest against the contract), and members
 * that a newer producer adds are left out, because the interaction is passed on in facts whose producer is strict.
 */
export function decodeInteraction(record: SourceRecord): Decoded<RecordedInteraction> {
  if (record.value === null) return { kind: 'skip' };
  const interaction = parse(record.value);
  if (interaction === undefined) return { kind: 'reject', reason: 'no JSON' };
  const flaw = flawOf(interaction);
  if (flaw !== undefined) return { kind: 'reject', reason: flaw };
  prune(interaction);
  return { kind: 'input', input: { kind: 'interaction', interaction, traceparent: record.headers['traceparent'] } };
}

/** undefined: no JSON. The parser's own words would quote the text, and with it the person. */
function parse(value: Buffer): Interaction | undefined {
  try {
    return JSON.parse(value.toString()) as Interaction;
  } catch {
    return undefined;
  }
}

function flawOf(interaction: Partial<Interaction> | null): string | undefined {
  if (typeof interaction !== 'object' || interaction === null) return 'not an interaction';
  const { id, at, identifiers, event, properties } = interaction;
  if (typeof id !== 'string' || !ID.test(id)) return 'an interaction needs an id';
  if (typeof at !== 'string' || at.length !== 24 || Number.isNaN(Date.parse(at)))
    return 'an interaction needs a time in UTC with milliseconds';
  if (typeof event !== 'string' || typeof properties !== 'object' || properties === null)
    return 'an interaction needs an event and its properties';
  const named =
    Array.isArray(identifiers) &&
    identifiers.length > 0 &&
    identifiers.every((one) => typeof one?.type === 'string' && typeof one.value === 'string');
  return named ? undefined : 'an interaction needs an identifier';
}
