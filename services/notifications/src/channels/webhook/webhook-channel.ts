import { Webhook } from 'standardwebhooks';
import { request } from 'undici';
import type { Capabilities, Delivery, FrozenMessage, RemoteChannel, SendResult } from '../channel.js';
import { checkTarget, type Resolve, resolveBySystem } from './check-address.js';
import type { EndpointStore, SigningEndpoint } from './endpoint-store.js';
import { PinnedAgents } from './pinned-agents.js';

export interface WebhookOptions {
  readonly allowPrivate: boolean;
  readonly resolve?: Resolve;
  readonly callTimeoutMs?: number;
}

const ANSWER_BYTES_MAX = 65_536;
const DAY_MS = 86_400_000;
/** Errors of undici and Node before anything of the request was sent. */
const NOT_CONNECTED = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPROTO',
]);

/** Standard Webhooks (standardwebhooks.com) to the endpoints that an administrator registered. */
export class WebhookChannel implements RemoteChannel {
  readonly channel = 'webhook';
  readonly capabilities: Capabilities;
  private readonly agents: PinnedAgents;

  constructor(
    private readonly endpoints: Pick<EndpointStore, 'findForSigning' | 'change'>,
    private readonly options: WebhookOptions,
  ) {
    const { callTimeoutMs = 15_000 } = options;
    // receivers drop a webhook-id that they have seen: the specification asks them to
    this.capabilities = { concurrency: 32, concurrencyPerProvider: 4, callTimeoutMs, idempotencyKeyLifeMs: DAY_MS };
    this.agents = new PinnedAgents({ connectTimeoutMs: Math.min(5_000, callTimeoutMs), callTimeoutMs });
  }

  providerOf(address: string): string {
    return `webhook:${address}`;
  }

  async send(delivery: Delivery, message: FrozenMessage, signal: AbortSignal): Promise<SendResult> {
    if (message.channel !== 'webhook') throw new TypeError(`the webhook channel cannot send a message for ${message.channel}`);
    const endpoint = await this.endpoints.findForSigning(delivery.address);
    if (!endpoint) return { kind: 'rejected', code: 'ENDPOINT_UNKNOWN', retryable: false };
    if (!endpoint.enabled) return { kind: 'rejected', code: 'ENDPOINT_DISABLED', retryable: false };
    const { allowPrivate, resolve = resolveBySystem } = this.options;
    const target = await checkTarget(endpoint.url, { allowPrivate, resolve });
    if (!target.ok) return { kind: 'rejected', code: target.code, retryable: target.code === 'NAME_UNKNOWN', providerFault: true };
    try {
      const body = bodyOf(delivery, message);
      const headers = { 'content-type': 'application/json', 'user-agent': 'rapport-webhooks/1', ...sign(endpoint, delivery.id, body) };
      // no redirects: undici follows none unless an interceptor is added, and the next host would be unchecked
      const answer = await request(target.url, { method: 'POST', headers, body, signal, dispatcher: this.agents.for(target) });
      const result = judge(answer.statusCode, String(answer.headers['retry-after'] ?? ''), delivery.id);
      await answer.body.dump({ limit: ANSWER_BYTES_MAX, signal }).catch(() => undefined);
      if (answer.statusCode === 410)
        await this.endpoints.change(endpoint.id, { enabled: false, disabledReason: 'The endpoint answered 410 Gone' }, new Date());
      return result;
    } catch (error) {
      return failure(error as { code?: string; name?: string });
    }
  }

  close(): Promise<void> {
    return this.agents.close();
  }
}

/** The frozen message as JSON: the same bytes at every attempt. */
function bodyOf(delivery: Delivery, message: Extract<FrozenMessage, { channel: 'webhook' }>): string {
  const { notificationId, profileId, purpose } = delivery;
  const { locale, title, text, data = {} } = message;
  return JSON.stringify({
    type: 'notification',
    timestamp: message.at,
    data: { deliveryId: delivery.id, notificationId, profileId, purpose, locale, title, text, data },
  });
}

/** One signature per valid secret, over id, time of this attempt and body. */
function sign({ secrets }: SigningEndpoint, id: string, body: string): Record<string, string> {
  const at = new Date();
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}

/** 2xx: taken. 408, 425, 429 and 5xx: later. Everything else, redirects included, is an answer that another attempt does not change. */
export function judge(status: number, retryAfter: string, id: string): SendResult {
  if (status >= 200 && status < 300) return { kind: 'accepted', providerMessageId: id };
  const retryable = status === 408 || status === 425 || status === 429 || status >= 500;
  return { kind: 'rejected', code: `HTTP_${status}`, retryable, retryAfterMs: retryAfterMs(retryAfter), providerFault: retryable };
}

function retryAfterMs(header: string): number | undefined {
  const seconds = /^\d{1,6}$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return seconds > 0 ? Math.min(seconds * 1000, DAY_MS) : undefined;
}

function failure({ code = '', name = '' }: { code?: string; name?: string }): SendResult {
  if (NOT_CONNECTED.has(code) || /CERT|TLS|SSL/.test(code))
    return { kind: 'rejected', code: code.startsWith('UND_') ? 'CONNECT_TIMEOUT' : code, retryable: true, providerFault: true };
  return {
    kind: 'unknown',
    code: /Abort|Timeout/.test(name) || code.includes('TIMEOUT') ? 'TIMEOUT' : 'CONNECTION_LOST',
    providerFault: true,
  };
}
