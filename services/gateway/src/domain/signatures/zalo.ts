import { createHash } from 'node:crypto';
import { isObject, type Json } from '../parse-json.js';
import { equalInConstantTime, isRecent, type Verifier } from './signature.js';

/**
 * The time is the event's, and Zalo sends an event again while nobody takes it: so the window is a day. Within it a repetition is recognised by its
 * message id, which is remembered for longer.
 */
const WINDOW_MS = 86_400_000;
/** Zalo's events have a few kilobytes; more is not parsed for whoever asks. */
const BODY_BYTES_MAX = 131_072;

/**
 * `X-ZEvent-Signature: mac=<hex>`, where mac is the SHA-256 of appId + body + timestamp + the OA's secret key (developers.zalo.me, Official Account,
 * "Webhook: xác thực"). appId and timestamp stand in the body.
 */
export const verifyZalo: Verifier = ({ headers, raw, now }, secret, settings) => {
  const given = headers['x-zevent-signature']?.trim().replace(/^mac\s*=\s*/, '');
  const body = raw.length > BODY_BYTES_MAX ? undefined : objectOf(raw);
  if (given === undefined || body === undefined) return false;
  const appId = textOf(body['app_id']);
  const timestamp = textOf(body['timestamp']);
  if (appId === undefined || timestamp === undefined) return false;
  const expectedApp = textOf(settings['appId']);
  if (expectedApp !== undefined && expectedApp !== appId) return false;
  if (!isRecent(Number(timestamp), now, WINDOW_MS)) return false;
  const mac = createHash('sha256').update(appId).update(raw).update(timestamp).update(secret).digest('hex');
  return equalInConstantTime(mac, given.toLowerCase());
};

function objectOf(raw: Buffer): Json | undefined {
  try {
    const body: unknown = JSON.parse(raw.toString('utf8'));
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}
