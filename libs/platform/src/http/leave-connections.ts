import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * A server that stops waits for the answers that are under way, and for no connection: not for one over which no request has come (clients and load
 * balancers open some ahead), and not for one whose last answer has gone. Node closes only those that are idle when it is told to stop, takes the
 * former for busy, and no longer looks at how long they take: the others would last until the client lets go, a minute or for ever.
 */
export function leaveConnections(fastify: FastifyInstance): void {
  const unused = new Set<Socket>();
  let stopping = false;
  fastify.server.on('connection', (socket: Socket) => {
    if (stopping) return void socket.destroy();
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  fastify.server.on('request', ({ socket }: IncomingMessage) => void unused.delete(socket));
  fastify.addHook('onResponse', (request, _reply, done) => {
    if (stopping) request.raw.socket.destroySoon();
    done();
  });
  fastify.addHook('preClose', (done) => {
    stopping = true;
    for (const socket of unused) socket.destroy();
    done();
  });
}
