import { graphHandshake, type Handshake } from './handshake.js';
import { hmacSha256 } from './hmac-sha256.js';
import { sharedToken } from './shared-token.js';
import type { Verifier } from './signature.js';
import { verifyStandardWebhook } from './standard-webhooks.js';
import { verifyTelegram } from './telegram.js';
import { verifyTwilio } from './twilio.js';
import { verifyZalo } from './zalo.js';

/** How a provider's requests are told from a stranger's, and what of them goes on. */
export interface Scheme {
  /** `elsewhere`: checking needs I/O (a certificate to be fetched), so a remote verifier of that provider does it. */
  readonly verify: Verifier | 'elsewhere';
  /** Headers that the adapter needs beside the content type. Never one that holds a signature or a token. */
  readonly headers?: readonly string[];
  /** The query goes on, too, as header `x-query`: for what we ourselves put into the address that we give to the vendor. */
  readonly query?: boolean;
  readonly handshake?: Handshake;
  /** What the vendor wants to hear when its delivery was accepted; `{"accepted":true}` otherwise. */
  readonly answer?: { readonly contentType: string; readonly body: string };
}

const graph: Scheme = { verify: hmacSha256({ header: 'x-hub-signature-256' }), handshake: graphHandshake };

const plainHmac = hmacSha256({ header: 'x-signature', timestampHeader: 'x-timestamp' });
const standardOrHmac: Verifier = (request, secret, settings) =>
  request.headers['webhook-signature'] === undefined
    ? plainHmac(request, secret, settings)
    : verifyStandardWebhook(request, secret, settings);

/** Whoever has no scheme of his own: Standard Webhooks, or `X-Signature` with the HMAC-SHA256 of the body (of `<X-Timestamp>.<body>` when that is sent). */
export const GENERIC: Scheme = { verify: standardOrHmac, headers: ['webhook-id'] };

const token: Scheme = { verify: sharedToken };

/** Mail gateways and scripts that hand a message on: some sign, most only know a password. */
const signedOrToken: Scheme = {
  verify: (request, secret, settings) =>
    request.headers['webhook-signature'] === undefined && request.headers['x-signature'] === undefined
      ? sharedToken(request, secret, settings)
      : standardOrHmac(request, secret, settings),
};

/** Discourse: meta.discourse.org, "Configure webhooks that trigger on Discourse events". */
const discourse: Scheme = {
  verify: hmacSha256({ header: 'x-discourse-event-signature' }),
  headers: ['x-discourse-event', 'x-discourse-event-id'],
};

/** The `{provider}` of `/v1/inbound/{provider}/{connection}`. One line each, sorted. */
// biome-ignore format: a table is read by its lines
export const SCHEMES: Readonly<Record<string, Scheme>> = Object.freeze({
  carrier: GENERIC,
  chat: GENERIC,
  discourse,
  fax: signedOrToken,
  form: GENERIC,
  forum: GENERIC,
  ghn: token,
  ghtk: token,
  messenger: graph,
  mime: signedOrToken,
  pbx: GENERIC,
  ses: { verify: 'elsewhere' },
  social: GENERIC,
  store: GENERIC,
  telegram: { verify: verifyTelegram },
  twilio: { verify: verifyTwilio, query: true, answer: { contentType: 'text/xml; charset=utf-8', body: '<?xml version="1.0" encoding="UTF-8"?><Response/>' } },
  webinar: GENERIC,
  whatsapp: graph,
  zalo: { verify: verifyZalo },
});

export const PROVIDERS = Object.keys(SCHEMES);
export const schemeOf = (provider: string): Scheme | undefined => (Object.hasOwn(SCHEMES, provider) ? SCHEMES[provider] : undefined);
