import type { Readable } from 'node:stream';
import { Agent, type Dispatcher, errors } from 'undici';
import { logger } from '../telemetry/logger.js';
import { currentTrace, formatTraceparent } from '../telemetry/traceparent.js';
import { startStep } from '../telemetry/tracing.js';
import { type ProblemBody, ProblemException } from './problem.js';

export interface InternalClientOptions {
  /** `profiles`: names the service in problems. */
  readonly service: string;
  readonly baseUrl: string;
  readonly token: string;
  /** For the whole of a call. */
  readonly timeoutMs?: number;
  readonly responseBytesMax?: number;
  readonly connectionsMax?: number;
}

export interface InternalRequest {
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Whose request it is: scopes its Idempotency-Key in the service. */
  readonly callerId?: string | undefined;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface InternalAnswer<T> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: T;
}

export const CALLER_HEADER = 'x-rapport-caller';
const RETRY_AFTER_SECONDS = 1;

/**
 * Calls another service for a reader who waits: one try, a limit on time and size. A refusal of the service (its problem, 4xx) passes through as it is;
 * everything else is a 503 that says which service, with `Retry-After`.
 */
export class InternalClient {
  private readonly agent: Agent;
  private readonly base: URL;
  private readonly timeoutMs: number;
  private readonly responseBytesMax: number;

  constructor(private readonly options: InternalClientOptions) {
    this.base = new URL(options.baseUrl);
    this.timeoutMs = options.timeoutMs ?? 3_000;
    this.responseBytesMax = options.responseBytesMax ?? 16 * 1024 * 1024;
    this.agent = new Agent({ connections: options.connectionsMax ?? 32, connectTimeout: 1_000, keepAliveTimeout: 30_000, pipelining: 1 });
  }

  get<T>(path: string, request?: InternalRequest): Promise<InternalAnswer<T>> {
    return this.request<T>('GET', path, request);
  }

  post<T>(path: string, request?: InternalRequest): Promise<InternalAnswer<T>> {
    return this.request<T>('POST', path, request);
  }

  put<T>(path: string, request?: InternalRequest): Promise<InternalAnswer<T>> {
    return this.request<T>('PUT', path, request);
  }

  delete<T>(path: string, request?: InternalRequest): Promise<InternalAnswer<T>> {
    return this.request<T>('DELETE', path, request);
  }

  /**
   * @param path from the service's root, its parts already encoded: `/internal/v1/profiles/${encodeURIComponent(ref)}`
   * @throws {ProblemException} the service's own refusal, or 503 `<SERVICE>_UNAVAILABLE`
   */
  async request<T>(method: Dispatcher.HttpMethod, path: string, request: InternalRequest = {}): Promise<InternalAnswer<T>> {
    const step = startStep(`${method} ${this.options.service}`, 'client', currentTrace());
    try {
      const signal = AbortSignal.any([
        AbortSignal.timeout(request.timeoutMs ?? this.timeoutMs),
        ...(request.signal ? [request.signal] : []),
      ]);
      const response = await this.agent.request({ ...this.target(method, path, request, formatTraceparent(step.trace)), signal });
      const text = await this.readBounded(response.body);
      const answer = this.interpret<T>(response, text);
      step.end({ 'http.response.status_code': response.statusCode });
      return answer;
    } catch (error) {
      step.end(undefined, error);
      throw error instanceof ProblemException ? error : this.unavailable(error);
    }
  }

  /** Opens an answer without end (server-sent events). The caller reads it, and aborts it through `signal` when its own reader has gone. */
  async stream(path: string, request: InternalRequest & { readonly signal: AbortSignal }): Promise<InternalAnswer<Readable>> {
    const target = this.target('GET', path, request, undefined);
    try {
      const response = await this.agent.request({ ...target, signal: request.signal, headersTimeout: this.timeoutMs, bodyTimeout: 0 });
      if (response.statusCode >= 300) this.interpret(response, await this.readBounded(response.body));
      return { status: response.statusCode, headers: single(response.headers), body: response.body };
    } catch (error) {
      throw error instanceof ProblemException ? error : this.unavailable(error);
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private target(
    method: Dispatcher.HttpMethod,
    path: string,
    { query, body, headers, callerId }: InternalRequest,
    traceparent: string | undefined,
  ): Dispatcher.RequestOptions & { origin: string } {
    const trace = traceparent ?? (currentTrace() ? formatTraceparent(currentTrace()!) : undefined);
    const all: Record<string, string | undefined> = {
      ...headers,
      accept: headers?.accept ?? 'application/json',
      authorization: `Bearer ${this.options.token}`,
      'content-type': body === undefined ? undefined : 'application/json',
      traceparent: trace,
      [CALLER_HEADER]: callerId,
    };
    return {
      origin: this.base.origin,
      path: `${this.base.pathname.replace(/\/$/, '')}${path}${queryOf(query)}`,
      method,
      headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<string, string>,
      body: body === undefined ? null : JSON.stringify(body),
    };
  }

  private async readBounded(body: Readable): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > this.responseBytesMax) throw new RangeError(`the answer is larger than ${this.responseBytesMax} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  private interpret<T>({ statusCode, headers }: Dispatcher.ResponseData, text: string): InternalAnswer<T> {
    if (statusCode < 300) return { status: statusCode, headers: single(headers), body: (text === '' ? undefined : JSON.parse(text)) as T };
    // 401 and 403 speak of our token, not of the caller's: for him the service is out of order
    const isRefusal =
      statusCode >= 400 && statusCode !== 401 && statusCode !== 403 && (statusCode < 500 || statusCode === 501 || statusCode === 503);
    if (!isRefusal || !String(headers['content-type']).startsWith('application/problem+json')) throw new Error(`status ${statusCode}`);
    const problem = JSON.parse(text) as ProblemBody;
    const retryAfter = single(headers)['retry-after'] ?? (statusCode === 503 ? String(RETRY_AFTER_SECONDS) : undefined);
    throw new ProblemException(
      statusCode,
      problem.code,
      problem.detail,
      problem.errors,
      retryAfter === undefined ? {} : { 'retry-after': retryAfter },
    );
  }

  private unavailable(cause: unknown): ProblemException {
    const { service } = this.options;
    const late = cause instanceof errors.HeadersTimeoutError || (cause as Error)?.name === 'TimeoutError';
    logger.warn({ err: cause, upstream: service }, late ? 'a service did not answer in time' : 'a service did not answer');
    const detail = `The ${service} service ${late ? 'did not answer in time' : 'is not available'}. Try again shortly.`;
    return new ProblemException(503, `${service.toUpperCase()}_UNAVAILABLE`, detail, undefined, {
      'retry-after': String(RETRY_AFTER_SECONDS),
    });
  }
}

function queryOf(query: InternalRequest['query']): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const each of Array.isArray(value) ? value : [value]) if (each !== undefined) parameters.append(name, String(each));
  }
  return parameters.size > 0 ? `?${parameters}` : '';
}

function single(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]),
  );
}
