import type { FastifyReply } from 'fastify';
import type { LiveHub, LiveLine, LiveListener } from '../pipeline/live-hub.js';

const RETRY_MS = 2_000;
/** A closed line whose last words nobody reads. */
const LAST_WORDS_MS = 5_000;

/** Turns the answer into a stream of server-sent events. */
export function openLine(hub: LiveHub, reply: FastifyReply, about: Omit<LiveListener, 'line'>): void {
  const { raw } = reply;
  const line: LiveLine = {
    write: (chunk) => raw.write(chunk),
    close(last) {
      raw.end(last);
      setTimeout(() => raw.destroy(), LAST_WORDS_MS).unref();
    },
  };
  const listener: LiveListener = { ...about, line };
  const headers = Object.entries(reply.getHeaders()).filter(([name]) => name.startsWith('ratelimit'));
  reply.hijack();
  raw.writeHead(200, {
    ...Object.fromEntries(headers),
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    connection: 'keep-alive',
  });
  raw.write(`retry: ${RETRY_MS}\n\n`);
  raw.on('drain', () => hub.onRoom(listener));
  raw.on('close', () => hub.remove(listener));
  raw.on('error', () => hub.remove(listener));
  hub.add(listener);
}
