import type { Identifier } from '@rapport/contracts';

/** Key of an identifier in memory: neither a type nor a normalised value holds a NUL. */
export const identifierKey = ({ type, value }: Identifier): string => `${type}\u0000${value}`;
