import { Pool } from 'undici';
import type { Hazardous } from './hazards.js';
import type { Product } from './product.js';

export interface HailAnswer {
  readonly status: number;
  readonly text: string;
  header(name: string): string | undefined;
}

const CONNECTIONS = 16;

/** Very many requests, over few connections. */
export class Hail {
  private readonly pool: Pool;
  private readonly authorization: string;

  constructor({ url, rapport }: Product) {
    this.pool = new Pool(url, { connections: CONNECTIONS });
    this.authorization = `Bearer ${rapport.serverKey}`;
  }

  async fall(requests: readonly Hazardous[], look: (request: Hazardous, answer: HailAnswer) => void): Promise<void> {
    let next = 0;
    const drop = async (): Promise<void> => {
      while (next < requests.length) {
        const request = requests[next++]!;
        look(request, await this.send(request));
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, drop));
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  private async send({ method, path, body: sent }: Hazardous): Promise<HailAnswer> {
    const headers = { authorization: this.authorization, ...(sent === undefined ? {} : { 'content-type': 'application/json' }) };
    const { statusCode, headers: got, body } = await this.pool.request({ method: method as 'POST', path, headers, body: sent ?? null });
    return { status: statusCode, text: await body.text(), header: (name) => got[name]?.toString() };
  }
}

const INTERNALS = /\n\s+at |node_modules|\.[jt]s:\d|postgres:|\b(SELECT|INSERT|UPDATE) /;

/**
 * What an answer lacks of what every one has, whoever wrote it: a problem with its trace, a time to come again where that helps, no internals.
 * @param page it is for people, who read HTML
 */
export function incivilities({ status, text, header }: HailAnswer, page = false): string[] {
  const wrong: string[] = [];
  if (INTERNALS.test(text)) wrong.push('shows internals');
  if (status < 400 || (page && header('content-type') === 'text/html; charset=utf-8')) return wrong;
  if (header('content-type') !== 'application/problem+json; charset=utf-8') return [...wrong, `is ${header('content-type')}`];
  const { status: same, code, traceId } = JSON.parse(text) as Record<string, unknown>;
  if (same !== status) wrong.push('is of two minds about its status');
  if (!/^[A-Z]+_[A-Z_]+$/.test(String(code))) wrong.push(`has the code ${code}`);
  if (!/^[0-9a-f]{32}$/.test(String(traceId))) wrong.push('has no trace');
  if ((status === 503 || status === 429) && !/^[1-9]\d*$/.test(header('retry-after') ?? '')) wrong.push('says not when to come again');
  return wrong;
}
