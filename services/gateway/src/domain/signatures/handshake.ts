import type { Json } from '../parse-json.js';
import { equalInConstantTime } from './signature.js';

/** What a vendor's verification GET must be answered with; undefined when its token is not ours. */
export type Handshake = (query: Json, verifyToken: string) => string | undefined;

const CHALLENGE = /^[\w.-]{1,256}$/;

/** Graph API: `hub.mode=subscribe`, `hub.verify_token`, `hub.challenge` (developers.facebook.com/docs/graph-api/webhooks/getting-started). */
export const graphHandshake: Handshake = (query, verifyToken) => {
  const [mode, token, challenge] = [query['hub.mode'], query['hub.verify_token'], query['hub.challenge']];
  if (mode !== 'subscribe' || typeof token !== 'string' || typeof challenge !== 'string' || !CHALLENGE.test(challenge)) return undefined;
  return equalInConstantTime(token, verifyToken) ? challenge : undefined;
};
