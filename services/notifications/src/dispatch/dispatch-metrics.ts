import { metrics } from '@rapport/platform';
import { Counter, Histogram } from 'prom-client';

const registers = [metrics];

export const deliveriesTotal = new Counter({
  name: 'notifications_deliveries_total',
  help: 'Attempts by what followed from them.',
  labelNames: ['channel', 'next'] as const,
  registers,
});

export const ambiguousTotal = new Counter({
  name: 'notifications_ambiguous_deliveries_total',
  help: 'Calls after which nobody knew whether the message was sent, by what was then done.',
  labelNames: ['channel', 'next'] as const,
  registers,
});

export const lostLeasesTotal = new Counter({
  name: 'notifications_lost_leases_total',
  help: 'Answers of providers that came after the delivery had passed to another process.',
  labelNames: ['channel'] as const,
  registers,
});

export const handOverSeconds = new Histogram({
  name: 'notifications_hand_over_seconds',
  help: 'From the decision to the hand-over of the message.',
  labelNames: ['channel'] as const,
  buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
  registers,
});

export const providerSeconds = new Histogram({
  name: 'notifications_provider_call_seconds',
  help: 'How long providers take to answer.',
  labelNames: ['channel'] as const,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  registers,
});
