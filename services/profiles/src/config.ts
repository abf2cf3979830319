import { type IdentifierRule, identifierRules } from '@rapport/identifiers';
import { ConfigError, list, readServiceConfig, str } from '@rapport/platform';
import type { IdentifierRules } from './domain/resolve-identity.js';

const EXTRA = {
  /** Changes to the table of identity: JSON such as `{"email": {"limit": 2}, "memberNo": {"priority": 93}}`. */
  IDENTIFIER_RULES: str({ default: '{}' }),
  /** Traits by which profiles can be found, or `*` for all. */
  SEARCHABLE_TRAITS: list({ default: ['*'] }),
  /** Where recorded interactions are read again when a merge is undone. */
  INTERACTIONS_URL: str({ default: 'http://127.0.0.1:8081', pattern: /^https?:\/\//, expected: 'an http(s) URL' }),
};

export type ProfilesConfig = Omit<ReturnType<typeof base>, 'identifierRules'> & { readonly identifierRules: IdentifierRules };

const base = (env?: NodeJS.ProcessEnv) => readServiceConfig('profiles', EXTRA, env);

/** @throws ConfigError naming the variable. */
export function readProfilesConfig(env?: NodeJS.ProcessEnv): ProfilesConfig {
  const config = base(env);
  return Object.freeze({ ...config, identifierRules: rules(config.identifierRules) });
}

function rules(text: string): IdentifierRules {
  try {
    const overrides: unknown = JSON.parse(text);
    if (typeof overrides !== 'object' || overrides === null || Array.isArray(overrides)) throw new RangeError('it is no object');
    return identifierRules(overrides as Record<string, Partial<IdentifierRule>>);
  } catch (error) {
    throw new ConfigError(
      `profiles cannot start:\n  IDENTIFIER_RULES must be JSON such as {"email": {"limit": 2}}: ${(error as Error).message}`,
    );
  }
}
