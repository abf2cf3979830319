/** What is wrong with one part of a request. `pointer` is a JSON Pointer (RFC 6901) into the body. */
export interface ItemError {
  readonly pointer: string;
  readonly detail: string;
}

/** A request that is refused as a whole. `detail` is for people and never repeats values. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';

  constructor(
    readonly reason: 'json' | 'shape' | 'too_large' | 'too_many' | 'items',
    readonly detail: string,
    readonly errors: readonly ItemError[] = [],
  ) {
    super(detail);
  }
}
