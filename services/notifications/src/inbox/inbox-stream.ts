import { once } from 'node:events';
import type { FastifyReply } from 'fastify';
import type { InboxHub, Listener } from './inbox-hub.js';

const HEARTBEAT_MS = 15_000;
const RETRY_MS = 2_000;
/** A listener that does not take one message within this time is cut; it comes back with Last-Event-ID. */
const DRAIN_TIMEOUT_MS = 30_000;

/** Turns the answer into a stream of server-sent events, one per message. @returns false when no more listeners are taken; nothing was sent then. */
export function openStream(hub: InboxHub, reply: FastifyReply, profileId: string, position: number): boolean {
  const { raw } = reply;
  let heartbeat: NodeJS.Timeout | undefined;
  const listener: Listener = {
    profileId,
    position,
    async send(message) {
      const { sequence } = message;
      if (!raw.write(`id: ${sequence}\nevent: message\ndata: ${JSON.stringify(message)}\n\n`))
        await once(raw, 'drain', { signal: AbortSignal.timeout(DRAIN_TIMEOUT_MS) });
    },
    close() {
      clearInterval(heartbeat);
      raw.end();
    },
  };
  // the head must be out before the first message, and nothing may be out when there is no place
  const head = (): void => {
    reply.hijack();
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      connection: 'keep-alive',
    });
    raw.write(`retry: ${RETRY_MS}\n\n`);
    raw.on('close', () => hub.remove(listener));
    raw.on('error', () => hub.remove(listener));
    // an idle proxy, or a dead peer, is found out
    heartbeat = setInterval(() => raw.write(': still here\n\n'), HEARTBEAT_MS);
  };
  return hub.add(listener, head);
}
