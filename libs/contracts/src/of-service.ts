import type { Interaction } from './interaction.js';

/** Prefixes of the events that speak of a case or a promise themselves. */
const SPOKEN_OF = ['Case ', 'Promise '];

/** What the rule looks at: also a lighter reading of an interaction has it. */
export type ServiceMarks = Pick<Interaction, 'event' | 'direction' | 'function' | 'handling' | 'caseId' | 'conversationId'>;

/**
 * Whether an interaction can open, continue or end a case: it asks (reactive, not self-served), a person answers, a survey is answered, or it names a
 * case, a conversation or a promise. Producer and readers of the hint share this rule, so that what the producer leaves out nobody misses.
 */
export function isOfService({ event, direction, function: asked, handling, caseId, conversationId }: ServiceMarks): boolean {
  return (
    (asked === 'reactive' && handling !== 'self_service') ||
    caseId !== undefined ||
    conversationId !== undefined ||
    (direction === 'outbound' && (handling === 'human' || handling === 'dedicated_human')) ||
    event === 'Survey Answered' ||
    SPOKEN_OF.some((prefix) => event.startsWith(prefix))
  );
}
