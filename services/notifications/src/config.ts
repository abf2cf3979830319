import { ConfigError, int, list, readServiceConfig, str } from '@rapport/platform';
import { DELIVERING_CONFIG } from './dispatch/delivering-config.js';
import { isOutbound, type OutboundChannel } from './domain/channels.js';

const EXTRA = {
  ...DELIVERING_CONFIG,
  /** Channels that may be chosen. */
  CHANNELS: list({ default: ['email', 'in_app', 'phone', 'webhook'] }),
  /** ISO 3166 country whose rules hold for a customer of whom none is known. */
  DEFAULT_COUNTRY: str({ default: 'VN', pattern: /^[A-Z]{2}$/, expected: 'an ISO 3166 code such as VN' }),
  /** Language of a customer of whom none is known. */
  DEFAULT_LOCALE: str({ default: 'vi', pattern: /^[a-z]{2,3}(-[A-Z]{2})?$/, expected: 'a language such as vi or en-GB' }),
  /** How long a notification waits for the fact that tells who its customer is. */
  PROFILE_WAIT_MS: int({ default: 30_000, min: 0, max: 3_600_000 }),
};

export type NotificationsConfig = Omit<ReturnType<typeof base>, 'channels'> & { readonly channels: readonly OutboundChannel[] };

const base = (env?: NodeJS.ProcessEnv) => readServiceConfig('notifications', EXTRA, env);

/** @throws ConfigError naming the variable. */
export function readNotificationsConfig(env?: NodeJS.ProcessEnv): NotificationsConfig {
  const config = base(env);
  const unknown = config.channels.filter((channel) => !isOutbound(channel));
  if (unknown.length > 0) throw new ConfigError('notifications cannot start:\n  CHANNELS must name channels that messages can be sent on');
  return Object.freeze({ ...config, channels: config.channels.filter(isOutbound) });
}
