import { CASE_PRIORITIES, type CasePriority, CHANNELS, type Channel, type Interaction } from '@rapport/contracts';
import type { Heard } from './case.js';
import { GIST_CHARS_MAX } from './case-tables.js';

/** Of an interaction what a case is made of. */
export function heardOf(interaction: Interaction): Heard {
  const { id, event, at, subject, channel, direction, handling, sensitivity, text, properties = {} } = interaction;
  return {
    id,
    event,
    at,
    subject,
    channel,
    direction,
    function: interaction.function,
    handling,
    sensitivity,
    touchpoint: interaction.touchpoint,
    complexity: interaction.complexity,
    value: interaction.value,
    caseId: interaction.caseId,
    conversationId: interaction.conversationId,
    notificationId: interaction.notificationId,
    agentId: interaction.agentId,
    gist: gistOf(text),
    orderId: textAt(properties, ['order_id', 'orderId']),
    score: numberAt(properties, 'score'),
    scale: textAt(properties, ['scale', 'metric']),
    outcome: textAt(properties, ['outcome', 'disposition']),
    priority: wordAt<CasePriority>(properties, 'priority', CASE_PRIORITIES),
    intoCaseId: textAt(properties, ['intoCaseId']),
    proposes: wordAt<Channel>(properties, 'proposedChannel', CHANNELS),
    promiseId: textAt(properties, ['promiseId', 'promise_id']),
    dueAt: timeAt(properties, ['dueAt', 'due_at', 'due']),
  };
}

type Properties = Interaction['properties'];
const TEXT_CHARS_MAX = 100;

/** The first words, on one line. */
function gistOf(text: string | undefined): string | undefined {
  const words = text
    ?.slice(0, GIST_CHARS_MAX * 2)
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (words === undefined || words === '') return undefined;
  const letters = [...words];
  return letters.length <= GIST_CHARS_MAX ? words : `${letters.slice(0, GIST_CHARS_MAX - 1).join('')}…`;
}

function textAt(properties: Properties, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = properties[name];
    if (typeof value === 'string' && value !== '') return value.slice(0, TEXT_CHARS_MAX);
    if (typeof value === 'number') return String(value);
  }
  return undefined;
}

function numberAt(properties: Properties, name: string): number | undefined {
  const value = properties[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function wordAt<W extends string>(properties: Properties, name: string, words: readonly string[]): W | undefined {
  const value = properties[name];
  return typeof value === 'string' && words.includes(value) ? (value as W) : undefined;
}

function timeAt(properties: Properties, names: readonly string[]): string | undefined {
  const text = textAt(properties, names);
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) || Math.abs(ms) > YEAR_9999_MS ? undefined : new Date(ms).toISOString();
}
const YEAR_9999_MS = Date.UTC(9999, 0);
