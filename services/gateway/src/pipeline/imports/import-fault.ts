import type { ItemError } from '../../domain/item-error.js';

/** The file as a whole cannot be imported. Trying again cannot help. */
export class ImportFault extends Error {
  override readonly name = 'ImportFault';

  constructor(
    readonly code: string,
    readonly detail: string,
    readonly errors: readonly ItemError[] = [],
  ) {
    super(detail);
  }
}
