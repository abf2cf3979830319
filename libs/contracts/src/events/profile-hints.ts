/**
 * What a fact of profiles.updated.v1 says in its headers, so that a reader can tell from them whether it has to read the value: most facts are one more
 * page view, and change nothing but counts and times.
 */
export const PROFILE_HINT_HEADERS = { changed: 'profile-changed', events: 'applied-events', service: 'applied-service' } as const;

/**
 * What can differ from the version published before. `contacts`: a channel or a kind of handling is new, or its last contact is of a later day (UTC);
 * counts and times alone change with nearly every fact and are not named. `notifications`: an applied interaction names a notification.
 */
export const PROFILE_ASPECTS = [
  'identifiers',
  'traits',
  'contactPoints',
  'consents',
  'accounts',
  'contacts',
  'orders',
  'satisfaction',
  'cases',
  'agent',
  'notifications',
  'preferences',
] as const;
export type ProfileAspect = (typeof PROFILE_ASPECTS)[number];

export interface ProfileHints {
  readonly changed: ReadonlySet<ProfileAspect>;
  /** The names of the applied interactions' events, each once. */
  readonly events: ReadonlySet<string>;
  /** Whether an applied interaction can matter to a case (`isOfService`). Undefined: an older producer did not say, so look. */
  readonly service?: boolean | undefined;
}

/** A list of names that would be longer is left out: a reader then has to look. */
const EVENTS_CHARS_MAX = 1_000;

/** @returns no header at all where the value has to be read in any case. */
export function profileHintHeaders({ changed, events, service }: ProfileHints): Record<string, string> {
  const names = [...events].map(encodeURIComponent).join(',');
  if (names.length > EVENTS_CHARS_MAX) return {};
  return {
    [PROFILE_HINT_HEADERS.changed]: [...changed].join(','),
    [PROFILE_HINT_HEADERS.events]: names,
    ...(service === undefined ? {} : { [PROFILE_HINT_HEADERS.service]: service ? '1' : '0' }),
  };
}

/** @returns undefined when the headers do not say: a new profile, a merge, an older producer. */
export function readProfileHints(headers: Readonly<Record<string, string>>): ProfileHints | undefined {
  const changed = headers[PROFILE_HINT_HEADERS.changed];
  const events = headers[PROFILE_HINT_HEADERS.events];
  if (changed === undefined || events === undefined) return undefined;
  try {
    return {
      changed: setOf(changed) as ReadonlySet<ProfileAspect>,
      events: new Set([...setOf(events)].map(decodeURIComponent)),
      service: SERVICE_WORDS.get(headers[PROFILE_HINT_HEADERS.service] ?? ''),
    };
  } catch {
    return undefined; // not what we wrote
  }
}

/** Whether a fact has to be read by who follows service, from one header alone: `false` only where the producer said so. */
export const mayBeOfService = (headers: Readonly<Record<string, string>>): boolean => headers[PROFILE_HINT_HEADERS.service] !== '0';

const SERVICE_WORDS: ReadonlyMap<string, boolean> = new Map([
  ['1', true],
  ['0', false],
]);
const setOf = (list: string): Set<string> => new Set(list === '' ? [] : list.split(','));
