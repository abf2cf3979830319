import { createHmac } from 'node:crypto';
import { equalInConstantTime, isRecent, type Verifier } from './signature.js';

/** The tolerance of the specification's own libraries. */
const WINDOW_MS = 300_000;
const SIGNATURES_MAX = 16;
const PREFIX = 'whsec_';

/**
 * Standard Webhooks (standardwebhooks.com, "Verifying webhook authenticity"): `webhook-signature` holds `v1,<base64>` one or several times, each the
 * HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>` under the secret's bytes (base64 after `whsec_`).
 */
export const verifyStandardWebhook: Verifier = ({ headers, raw, now }, secret) => {
  const [id, timestamp, signatures] = [headers['webhook-id'], headers['webhook-timestamp'], headers['webhook-signature']];
  if (id === undefined || timestamp === undefined || signatures === undefined) return false;
  if (!/^\d{9,11}$/.test(timestamp) || !isRecent(Number(timestamp) * 1_000, now, WINDOW_MS)) return false;
  const expected = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`).update(raw).digest('base64');
  let good = false;
  for (const signature of signatures.split(' ', SIGNATURES_MAX)) good = equalInConstantTime(`v1,${expected}`, signature) || good;
  return good;
};

const keyOf = (secret: string): Buffer => Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64');
