import { type Logger, pino } from 'pino';
import { loggableError } from './scrub.js';
import { serviceName } from './service-identity.js';
import { currentTrace } from './traceparent.js';

/** Keys whose values say something about a person or are secret. The rule is not to log them; this is the net below it. */
const PERSONAL_KEYS = [
  'email',
  'phone',
  'name',
  'firstName',
  'lastName',
  'address',
  'text',
  'html',
  'subject',
  'ip',
  'userAgent',
  'identifiers',
  'traits',
  'properties',
  'payload',
  'body',
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'internalToken',
  'databaseUrl',
  'linkSecret',
  'smtpUrl',
] as const;

/**
 * JSON lines on stdout with the service's name and, inside a request or a batch, the trace id. Take a child per part of a service:
 * `logger.child({part: 'smtp'})`. Log ids, counts, durations and codes, never what a customer is called, wrote or can be reached by.
 */
export const logger: Logger = pino({
  level: process.env.LOG_LEVEL || 'info',
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }) },
  mixin() {
    const trace = currentTrace();
    return trace ? { service: serviceName(), traceId: trace.traceId } : { service: serviceName() };
  },
  serializers: { err: loggableError, error: loggableError },
  redact: { paths: PERSONAL_KEYS.flatMap((key) => [key, `*.${key}`]), censor: '[redacted]' },
});
