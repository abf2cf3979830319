import type { FastifyInstance } from 'fastify';

/** Which methods an address takes: Fastify answers 404 for a wrong method, and the caller deserves a 405 with `Allow`. */
export class RouteTable {
  private readonly methods = new Map<string, Set<string>>();
  private matchers: [RegExp, Set<string>][] | undefined;

  /** Call before routes are added. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ url, method }) => {
      const known = this.methods.get(url) ?? new Set<string>();
      for (const name of [method].flat()) known.add(name);
      this.methods.set(url, known);
      this.matchers = undefined;
    });
  }

  /** Sorted; empty when nothing is at this address. */
  methodsAt(url: string): string[] {
    this.matchers ??= [...this.methods].map(([pattern, methods]) => [toRegExp(pattern), methods]);
    const path = url.split('?', 1)[0]!;
    const found = this.matchers.filter(([matcher]) => matcher.test(path)).flatMap(([, methods]) => [...methods]);
    return [...new Set(found)].sort();
  }
}

function toRegExp(pattern: string): RegExp {
  const source = pattern
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part === '*' ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('/');
  return new RegExp(`^${source}/?$`);
}
