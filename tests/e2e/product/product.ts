import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ManagedProcess, type Rapport, type RapportOptions, startRapport } from '../../../deploy/local/stack.mjs';

/** Answers differ per door, and tests look into them where they please. */
// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects
export type Body = any;
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  header(name: string): string | undefined;
  readonly text: string;
  readonly body: Body;
}

const PATIENCE_MS = 40_000;

/** A whole product of its own, seen as a caller sees it: only through its public API. */
export class Product {
  /** Different in every run, so that names do not meet. */
  readonly run = Date.now().toString(36);
  private made = 0;

  private constructor(
    readonly rapport: Rapport,
    private readonly dir: string,
  ) {}

  static async start(options: Partial<RapportOptions>): Promise<Product> {
    const dir = await mkdtemp(join(tmpdir(), 'rapport-e2e-'));
    try {
      return new Product(await startRapport({ dir, freePorts: true, durable: false, env: { LOG_LEVEL: 'warn' }, ...options }), dir);
    } catch (error) {
      await rm(dir, { recursive: true, force: true });
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.rapport.stop();
    await rm(this.dir, { recursive: true, force: true });
  }

  get url(): string {
    return this.rapport.gatewayUrl;
  }

  /** Its own: these products take nobody else's. */
  get kafka(): ManagedProcess {
    return this.rapport.kafka!;
  }

  get postgres(): ManagedProcess {
    return this.rapport.postgres!;
  }

  get brokers(): string[] {
    return this.rapport.brokers.split(',');
  }

  /** Somebody nobody has met. */
  customer(name: string) {
    const userId = `${name}-${++this.made}-${this.run}`;
    const phone = `+8490${String((Date.now() + this.made * 10_007) % 10_000_000).padStart(7, '0')}`;
    return { userId, email: `${userId}@customers.example`, phone, ref: `userId:${userId}` };
  }

  /** Any request, with the server key unless another authorization is given. `body` is sent as it is when it is text or bytes. */
  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const sent = body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.rapport.serverKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: sent as string }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') === true && text !== '';
    const { status, headers: got } = response;
    return { status, headers: got, header: (name) => got.get(name) ?? undefined, text, body: json ? JSON.parse(text) : undefined };
  }

  /** A request that has to succeed. @returns the body of the answer */
  async ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Body> {
    const answer = await this.call(method, path, body, headers);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  /** @returns undefined while there is no such thing */
  async find(path: string): Promise<Body> {
    const answer = await this.call('GET', path);
    if (answer.status !== 200 && answer.status !== 404) throw new Error(`GET ${path}: ${answer.status} ${answer.text}`);
    return answer.status === 200 ? answer.body : undefined;
  }

  /** The Segment HTTP API with the write key, as an SDK calls it. */
  segment(call: string, body: object): Promise<Answer> {
    return this.call('POST', `/v1/${call}`, body, { authorization: `Basic ${btoa(`${this.rapport.writeKey}:`)}` });
  }

  interactions(...interactions: object[]): Promise<Body> {
    return this.ask('POST', '/v1/interactions', { interactions });
  }

  /** The profile of a customer, once `holds` is true of it. */
  profile(ref: string, holds: (profile: Body) => boolean = () => true): Promise<Body> {
    return eventually(`the profile ${ref}`, async () => {
      const profile = await this.find(`/v1/profiles/${encodeURIComponent(ref)}`);
      return profile !== undefined && holds(profile) && profile;
    });
  }

  /** Something under a profile, once `holds` is true of it. */
  under(ref: string, part: string, holds: (body: Body) => boolean): Promise<Body> {
    return eventually(`${part} of ${ref}`, async () => {
      const body = await this.find(`/v1/profiles/${encodeURIComponent(ref)}/${part}`);
      return body !== undefined && holds(body) && body;
    });
  }

  /** A notification, once it has one of these states. */
  settled(id: string, ...states: string[]): Promise<Body> {
    return eventually(`notification ${id} to be ${states.join(' or ')}`, async () => {
      const notification = await this.find(`/v1/notifications/${id}`);
      return states.includes(notification?.status) && notification;
    });
  }
}

/** Asks until there is an answer. @throws naming what was waited for, and the last failure */
export async function eventually<T>(what: string, look: () => Promise<T | undefined | false>, timeoutMs = PATIENCE_MS): Promise<T> {
  let failure: unknown;
  for (const until = Date.now() + timeoutMs; Date.now() < until; await sleep(50)) {
    try {
      const found = await look();
      if (found) return found;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
  }
  throw new Error(`waited ${timeoutMs / 1000} s for ${what}`, { cause: failure });
}
