import type { Readable } from 'node:stream';
import { type Dispatcher, errors, Pool } from 'undici';
import { logger } from '../telemetry/logger.js';
import { currentTrace, formatTraceparent, type TraceContext } from '../telemetry/traceparent.js';
import { startStep } from '../telemetry/tracing.js';
import { type Answered, Exchange, single } from './exchange.js';
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
  private readonly pool: Pool;
  /** Apart, and without a limit: an answer without end holds its connection for ever, and would take it from those who ask. */
  private readonly streams: Pool;
  private readonly root: string;
  private readonly authorization: string;
  private readonly timeoutMs: number;
  private readonly responseBytesMax: number;

  constructor(private readonly options: InternalClientOptions) {
    const { origin, pathname } = new URL(options.baseUrl);
    this.root = pathname.replace(/\/$/, '');
    this.authorization = `Bearer ${options.token}`;
    this.timeoutMs = options.timeoutMs ?? 3_000;
    this.responseBytesMax = options.responseBytesMax ?? 16 * 1024 * 1024;
    const common = { connectTimeout: 1_000, keepAliveTimeout: 30_000, pipelining: 1 };
    // each call has its own deadline
    this.pool = new Pool(origin, { ...common, connections: options.connectionsMax ?? 64, headersTimeout: 0, bodyTimeout: 0 });
    this.streams = new Pool(origin, { ...common, connections: null, headersTimeout: this.timeoutMs, bodyTimeout: 0 });
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
      const target = this.target(method, path, request, step.trace);
      const exchange = new Exchange({ timeoutMs: request.timeoutMs ?? this.timeoutMs, bytesMax: this.responseBytesMax });
      this.pool.dispatch(target, exchange);
      const answered = await exchange.answered;
      const answer = this.interpret<T>(answered);
      step.end({ 'http.response.status_code': answered.status });
      return answer;
    } catch (error) {
      step.end(undefined, error);
      throw error instanceof ProblemException ? error : this.unavailable(error);
    }
  }

  /** Opens an answer without end (server-sent events). The caller reads it, and aborts it through `signal` when its own reader has gone. */
  async stream(path: string, request: InternalRequest & { readonly signal: AbortSignal }): Promise<InternalAnswer<Readable>> {
    try {
      const target = this.target('GET', path, request, currentTrace());
      const { statusCode: status, headers, body } = await this.streams.request({ ...target, signal: request.signal });
      if (status >= 300) this.interpret({ status, headers: single(headers), text: await body.text() });
      return { status, headers: single(headers), body };
    } catch (error) {
      throw error instanceof ProblemException ? error : this.unavailable(error);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.destroy(), this.streams.destroy()]);
  }

  private target(
    method: Dispatcher.HttpMethod,
    path: string,
    { query, body, headers, callerId }: InternalRequest,
    trace: TraceContext | undefined,
  ): Dispatcher.RequestOptions {
    const all: Record<string, string> = { accept: 'application/json', authorization: this.authorization };
    if (body !== undefined) all['content-type'] = 'application/json';
    if (trace !== undefined) all['traceparent'] = formatTraceparent(trace);
    if (callerId !== undefined) all[CALLER_HEADER] = callerId;
    for (const name in headers) if (headers[name] !== undefined) all[name] = headers[name];
    return {
      path: `${this.root}${path}${query === undefined ? '' : queryOf(query)}`,
      method,
      headers: all,
      body: body === undefined ? null : JSON.stringify(body),
    };
  }

  private interpret<T>({ status, headers, text }: Answered): InternalAnswer<T> {
    if (status < 300) return { status, headers, body: (text === '' ? undefined : JSON.parse(text)) as T };
    // 401 and 403 speak of our token, not of the caller's: for him the service is out of order
    const isRefusal = status >= 400 && status !== 401 && status !== 403 && (status < 500 || status === 501 || status === 503);
    if (!isRefusal || !String(headers['content-type']).startsWith('application/problem+json')) throw new Error(`status ${status}`);
    const problem = JSON.parse(text) as ProblemBody;
    const retryAfter = headers['retry-after'] ?? (status === 503 ? String(RETRY_AFTER_SECONDS) : undefined);
    throw new ProblemException(
      status,
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

function queryOf(query: NonNullable<InternalRequest['query']>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value]) if (each !== undefined) parameters.append(name, String(each));
  }
  return parameters.size > 0 ? `?${parameters}` : '';
}
