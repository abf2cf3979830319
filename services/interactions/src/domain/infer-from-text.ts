import type { Interaction } from '@rapport/contracts';
import type { Classification } from './classify.js';
import { understandText } from './text/understand-text.js';

export type ReadFromText = Pick<Interaction, 'sentiment' | 'complexity' | 'sensitivity'>;

/**
 * What the customer wrote, added to what is stated and what the table infers. It fills what both leave open, and it raises an inferred `normal` to
 * `sensitive`; it never lowers anything. Adds what it filled to `found.inferred`.
 * @param stated the sentiment as the sender states it
 */
export function inferFromText(found: Classification, stated: number | undefined, text: string | undefined): ReadFromText {
  const { complexity, sensitivity, inferred } = found;
  if (text === undefined || found.direction !== 'inbound') return { sentiment: stated, complexity, sensitivity };
  const read = understandText(text);
  if (stated === undefined && read.sentiment !== undefined) inferred.push('sentiment');
  // a review or an idea is no matter that somebody has to deal with
  const asked = complexity === undefined && found.handling !== 'co_creation' ? read.complexity : undefined;
  if (asked !== undefined) inferred.push('complexity');
  return {
    sentiment: stated ?? read.sentiment,
    complexity: complexity ?? asked,
    sensitivity: inferred.includes('sensitivity') ? (read.sensitivity ?? sensitivity) : sensitivity,
  };
}
