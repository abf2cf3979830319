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
