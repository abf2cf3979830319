// The public API and nothing else: the demo can do only what any caller can.
import { setTimeout as sleep } from 'node:timers/promises';

const BUSY_RETRIES = 20;
const RETRY_MS = 500;

/** An answer that is neither a success nor something that passes. */
export class ApiError extends Error {
  /** @param {string} call @param {number} status @param {any} problem */
  constructor(call, status, problem) {
    const errors = problem?.errors?.map((/** @type {any} */ error) => `${error.pointer} ${error.detail}`).join('; ');
    super(`${call} was answered with ${status} ${problem?.code ?? ''} ${problem?.detail ?? ''} ${errors ?? ''}`.trim());
    this.status = status;
  }
}

/**
 * @param {{gatewayUrl: string, serverKey: string, writeKey: string}} options
 */
export function makeClient({ gatewayUrl, serverKey, writeKey }) {
  /** @param {string} method @param {string} path @param {{body?: unknown, idempotencyKey?: string, authorization?: string}} [options] @returns {Promise<any>} */
  async function call(method, path, { body, idempotencyKey, authorization = `Bearer ${serverKey}` } = {}) {
    const headers = { authorization, 'content-type': 'application/json', ...(idempotencyKey ? { 'idempotency-key': idempotencyKey } : {}) };
    for (let tries = 0; ; tries++) {
      const response = await fetch(`${gatewayUrl}${path}`, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const answer = await response.json().catch(() => undefined);
      if (response.ok) return answer;
      const passes = response.status === 503 || response.status === 429 || response.status === 409;
      if (!passes || tries >= BUSY_RETRIES) throw new ApiError(`${method} ${path}`, response.status, answer);
      await sleep(RETRY_MS);
    }
  }
  return {
    call,
    get: (/** @type {string} */ path) => call('GET', path),
    /** Undefined where there is nothing yet. */
    find: (/** @type {string} */ path) =>
      call('GET', path).catch((error) => (error instanceof ApiError && error.status === 404 ? undefined : Promise.reject(error))),
    /** The Segment HTTP API, with the write key as an SDK sends it. */
    segmentBatch: (/** @type {unknown[]} */ batch) =>
      call('POST', '/v1/batch', { body: { batch, sentAt: new Date().toISOString() }, authorization: `Basic ${btoa(`${writeKey}:`)}` }),
    interactions: (/** @type {unknown[]} */ interactions) => call('POST', '/v1/interactions', { body: { interactions } }),
  };
}

/** @typedef {ReturnType<typeof makeClient>} Client */

/**
 * Asks until there is an answer.
 * @template T
 * @param {() => Promise<T | undefined | false>} ask
 * @param {number} [timeoutMs]
 * @returns {Promise<T | undefined>} undefined when there was none in time
 */
export async function eventually(ask, timeoutMs = 20_000) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) return undefined;
    await sleep(200);
  }
}
