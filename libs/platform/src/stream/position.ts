/** One partition of one consumer group: what has its own position, its own fence and its own ordered outbox. */
export interface Source {
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
}

/** How far a source has been processed. The row's lock is the fence between a former and the present owner. */
export interface Position {
  /** The first offset that has had no effect yet. */
  nextOffset: bigint;
  /** The last origin-seq given to a record published on behalf of this source. */
  sequence: bigint;
  /** Per upstream origin the last origin-seq that had its effect: what arrives at or below it is a repetition. */
  origins: Record<string, string>;
}

export const originOf = (source: Source): string => `${source.consumer}/${source.topic}/${source.partition}`;

/** Headers that carry the exactly-once mark of a published record. */
export const ORIGIN_HEADER = 'origin';
export const ORIGIN_SEQ_HEADER = 'origin-seq';
