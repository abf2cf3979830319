import { PAGE_LIMIT_MAX, ProblemException } from '@rapport/platform';
import type { TraitCondition } from '../pipeline/profile-queries.js';

const CONDITIONS_MAX = 5;
const LIMIT_DEFAULT = 50;
const VALUE_CHARS_MAX = 256;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface ProfileSearch {
  readonly conditions: readonly TraitCondition[];
  readonly limit: number;
  readonly after: string | undefined;
}

/**
 * Reads a search from its query. Traits have open names, so this is no DTO.
 * @throws ProblemException 400 `PROFILES_QUERY_INVALID`, every bad parameter named.
 */
export function readProfileSearch(
  query: Readonly<Record<string, unknown>>,
  decodeCursor: (cursor: string) => Partial<Record<string, unknown>>,
): ProfileSearch {
  const errors: { pointer: string; detail: string }[] = [];
  const conditions: TraitCondition[] = [];
  let limit = LIMIT_DEFAULT;
  let after: string | undefined;
  for (const [name, value] of Object.entries(query)) {
    const wrong = (detail: string): void => void errors.push({ pointer: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, detail });
    if (typeof value !== 'string') wrong('must be given once');
    else if (name.startsWith('trait.') && name.length > 6) {
      if (value.length > VALUE_CHARS_MAX || value.includes('\u0000')) wrong(`must be a text of at most ${VALUE_CHARS_MAX} characters`);
      else conditions.push({ name: name.slice(6), value });
    } else if (name === 'limit') {
      limit = /^\d{1,4}$/.test(value) ? Number(value) : 0;
      if (limit < 1 || limit > PAGE_LIMIT_MAX) wrong(`must be a whole number from 1 to ${PAGE_LIMIT_MAX}`);
    } else if (name === 'cursor') {
      const position = decodeCursor(value)['after'];
      if (typeof position === 'string' && UUID.test(position)) after = position;
      else wrong('is not a cursor of this list');
    } else wrong('is no parameter of this list');
  }
  if (conditions.length > CONDITIONS_MAX) errors.push({ pointer: '', detail: `at most ${CONDITIONS_MAX} traits at once` });
  if (errors.length > 0) throw new ProblemException(400, 'PROFILES_QUERY_INVALID', 'The search cannot be understood.', errors);
  return { conditions, limit, after };
}
