import type { Channel } from '@rapport/contracts';
import { type Json, objectAt, textAt } from './json.js';

/** Libraries that run where the customer is. A server's library (analytics-node, -python, …) says nothing about the channel. */
const LIBRARIES: readonly (readonly [RegExp, Channel])[] = [
  [/react-native|flutter|kotlin|swift|android|ios|xamarin|cordova|unity|maui/i, 'mobile_app'],
  [/^(?:analytics\.js|rudderlabs javascript sdk|analytics-next|rudder-js|web)$|javascript|browser/i, 'web'],
];

/** RudderStack's and Segment's own `channel` of a message: where the library runs. */
const RUNS_ON: Readonly<Record<string, Channel>> = { browser: 'web', web: 'web', mobile: 'mobile_app' };

/** Browsers call themselves Mozilla. */
const BROWSER = /^Mozilla\//;

/**
 * Where an interaction happened, as far as a Segment message's context tells; `api` when it does not.
 */
export function inferChannel(message: Json): Channel {
  const context = objectAt(message, 'context');
  if (context !== undefined) {
    const library = textAt(objectAt(context, 'library'), 'name');
    if (library !== undefined) for (const [pattern, channel] of LIBRARIES) if (pattern.test(library)) return channel;
    const device = textAt(objectAt(context, 'device'), 'type');
    if (device !== undefined && /^(?:ios|android)$/i.test(device)) return 'mobile_app';
    if (objectAt(context, 'page') !== undefined) return 'web';
    const agent = textAt(context, 'userAgent');
    if (agent !== undefined && BROWSER.test(agent)) return 'web';
  }
  const runsOn = message['channel'];
  return (typeof runsOn === 'string' && Object.hasOwn(RUNS_ON, runsOn) ? RUNS_ON[runsOn] : undefined) ?? 'api';
}
