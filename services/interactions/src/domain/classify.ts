import type { Channel, Interaction } from '@rapport/contracts';
import type { Attributes, EventRow } from './events/event-row.js';
import { ATTRIBUTE_WORDS, CHANNEL_WORDS } from './events/event-table.js';

/** What the sender says about an interaction; words that are not DOMAIN's are not believed. */
export type Stated = Readonly<Record<string, unknown>>;

export type Classification = Pick<
  Interaction,
  'channel' | 'direction' | 'stage' | 'touchpoint' | 'function' | 'handling' | 'complexity' | 'sensitivity' | 'inferred'
>;

/**
 * What is stated wins; then what the row says for this channel; then what it says in general. `inferred` lists what was not stated.
 * @param guess the channel as the context tells it
 */
export function classify(row: EventRow, stated: Stated, guess: Channel): Classification {
  const inferred: string[] = [];
  const saidChannel = stated['channel'];
  let channel: Channel;
  if (typeof saidChannel === 'string' && CHANNEL_WORDS.has(saidChannel)) channel = saidChannel as Channel;
  else {
    channel = row.channel ?? guess;
    inferred.push('channel');
  }
  const there = row.on?.[channel];
  const take = <A extends keyof Attributes>(attribute: A): Attributes[A] => {
    const said = stated[attribute];
    if (typeof said === 'string' && ATTRIBUTE_WORDS[attribute].has(said)) return said as Attributes[A];
    const word = there?.[attribute] ?? row[attribute];
    if (word !== undefined) inferred.push(attribute);
    return word;
  };
  return {
    channel,
    direction: take('direction') ?? 'inbound',
    stage: take('stage'),
    touchpoint: take('touchpoint'),
    function: take('function'),
    handling: take('handling') ?? 'none',
    complexity: take('complexity'),
    sensitivity: take('sensitivity') ?? 'normal',
    inferred,
  };
}
