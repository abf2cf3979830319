import type { Socket } from 'node:net';

const sockets = new WeakSet<Socket>();

/**
 * Exempts the request that is arriving on this connection from the limit on its arrival (`REQUEST_TIMEOUT_MS`): a file of a gigabyte takes longer.
 * Node reports a request once and leaves what to do to whoever listens. The door itself must cut off a sender that stalls.
 */
export const allowLongRequest = (socket: Socket): void => void sockets.add(socket);

export const isLongRequest = (socket: Socket): boolean => sockets.has(socket);

export const endLongRequest = (socket: Socket): void => void sockets.delete(socket);
