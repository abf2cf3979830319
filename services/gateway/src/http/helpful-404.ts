import type { FastifyInstance } from 'fastify';

const DISTANCE_MAX = 4;

/** A 404 for an address that does not exist says which one was probably meant, and where all of them are described. */
export function helpWithUnknownAddresses(fastify: FastifyInstance): void {
  const doors = new Set<string>();
  fastify.addHook('onRoute', ({ url }) => void doors.add(url));
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (!request.is404 || reply.statusCode !== 404 || typeof payload !== 'string') return done(null, payload);
    const problem = JSON.parse(payload) as { detail: string };
    const meant = nearest(request.url.split('?', 1)[0]!, doors);
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
    const helpful = JSON.stringify({
      ...problem,
      detail: `There is nothing at this address.${hint} Every address is described at /docs and in /openapi.json.`,
    });
    reply.header('content-length', Buffer.byteLength(helpful));
    done(null, helpful);
  });
}

/** The known address that takes the fewest changes, if it takes few. */
export function nearest(path: string, doors: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = DISTANCE_MAX + 1;
  for (const door of doors) {
    if (Math.abs(door.length - path.length) >= least || door.includes('*')) continue;
    const changes = distance(path, door);
    if (changes < least) [best, least] = [door, changes];
  }
  return best;
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
