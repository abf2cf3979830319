import type { Complexity } from '@rapport/contracts';

/** What makes a matter sensitive (DOMAIN: money, health, a complaint, identity); `none` hides a phrase from shorter rows in it. */
export type Topic = 'money' | 'health' | 'complaint' | 'identity' | 'none';

/** `conflict` is complex and a complaint, whatever it is about; `none` hides a phrase from shorter rows in it. */
export type Hardness = Complexity | 'conflict' | 'none';

/** Points towards a complexity: 1 a hint, 2 enough for itself. */
export type ComplexityRow = readonly [hardness: Hardness, points: number, words: string];
/** Words and phrases are separated by commas. */
export type TopicRow = readonly [topic: Topic, words: string];
