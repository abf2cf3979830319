import { collectDefaultMetrics, Histogram, register } from 'prom-client';
import { serviceName } from './service-identity.js';

/**
 * The registry behind `/metrics`. Labels are bounded: topics, partitions, route patterns, codes, never an id or a value of a customer.
 * Names end with their unit or `total`; the service is a label that every series carries.
 */
export const metrics = register;

export const httpRequestSeconds = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'From the first byte of a request to the last of its answer.',
  labelNames: ['method', 'route', 'status'] as const,
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

let started = false;

/** Adds the metrics of the process (CPU, memory, event loop, garbage collection); a second call changes only the label. */
export function startProcessMetrics(): void {
  metrics.setDefaultLabels({ service: serviceName() });
  if (started) return;
  started = true;
  collectDefaultMetrics();
}
