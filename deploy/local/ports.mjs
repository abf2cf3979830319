import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';

/** Every port of the local product: its number, the environment variable that changes it, and what to call it. */
export const PORTS = /** @type {const} */ ({
  gateway: { port: 8080, env: 'GATEWAY_PORT', what: 'the gateway' },
  interactions: { port: 8081, env: 'INTERACTIONS_PORT', what: 'the service interactions' },
  profiles: { port: 8082, env: 'PROFILES_PORT', what: 'the service profiles' },
  segmentation: { port: 8083, env: 'SEGMENTATION_PORT', what: 'the service segmentation' },
  notifications: { port: 8084, env: 'NOTIFICATIONS_PORT', what: 'the service notifications' },
  kafka: { port: 9092, env: 'KAFKA_PORT', what: 'Kafka' },
  kafkaController: { port: 9093, env: 'KAFKA_CONTROLLER_PORT', what: "Kafka's controller" },
  postgres: { port: 15432, env: 'POSTGRES_PORT', what: 'PostgreSQL' },
  smtp: { port: 1025, env: 'SMTP_PORT', what: "the mailbox's SMTP" },
  mailbox: { port: 1080, env: 'MAILBOX_PORT', what: 'the mailbox' },
});

/** @typedef {Record<keyof typeof PORTS, number>} Ports */

/** @returns {Ports} the ports of this start, as the environment has them */
export function portsFromEnv(env = process.env) {
  const entries = Object.entries(PORTS).map(([name, { port, env: variable }]) => [name, env[variable] ? Number(env[variable]) : port]);
  return Object.fromEntries(entries);
}

/** Whether somebody listens on a port of 127.0.0.1. */
export async function isTaken(/** @type {number} */ port) {
  const bound = await new Promise((resolve) => {
    const server = createServer();
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => resolve(error.code !== 'EADDRNOTAVAIL'));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)));
  });
  // Some systems let us listen beside somebody who listens on all addresses.
  return bound || answersAt('127.0.0.1', port);
}

/** Below those that systems take for outgoing connections (Linux from 32768, others from 49152): such a one could come between. */
const FREE_PORTS = { from: 20_000, to: 32_000 };
const TRIES_MAX = 1_000;

/**
 * A TCP port of 127.0.0.1 that nobody listens on, and that no other call gets, in any process of this machine, as long as this process lives: a server
 * that is started on it later, or again, finds it free.
 * @throws {Error} when none was found
 */
export async function freePort() {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const port = randomInt(FREE_PORTS.from, FREE_PORTS.to);
    const reservation = await reserve(port);
    if (reservation === undefined) continue;
    if (!(await isTaken(port))) return port;
    reservation.close();
  }
  throw new Error(`no free port between ${FREE_PORTS.from} and ${FREE_PORTS.to}`);
}

/** Holds the UDP port of the same number: the system gives it to one process only, and takes it back however that ends; TCP does not mind. */
function reserve(/** @type {number} */ port) {
  const socket = createSocket('udp4').unref();
  return /** @type {Promise<typeof socket | undefined>} */ (
    new Promise((resolve) => {
      socket.once('error', () => socket.close(() => resolve(undefined)));
      socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve(socket));
    })
  );
}

/** Whether a TCP connection is accepted within 2 s. */
export function answersAt(/** @type {string} */ host, /** @type {number} */ port) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 });
    const answer = (/** @type {boolean} */ is) => {
      socket.destroy();
      resolve(is);
    };
    socket
      .once('connect', () => answer(true))
      .once('timeout', () => answer(false))
      .once('error', () => answer(false));
  });
}
