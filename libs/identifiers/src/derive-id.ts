import { hash } from 'node:crypto';

const VARIANTS = '89ab';

/**
 * A UUIDv7-shaped id that depends only on its arguments: 48 bits of `at` (milliseconds), then 74 bits of SHA-256 over `parts`.
 * Decisions use it instead of a random id, so that they stay pure and a replay gives the same ids.
 */
export function deriveId(at: Date, ...parts: readonly string[]): string {
  const digest = hash('sha256', parts.join('\u0000'), 'hex');
  const time = Math.max(0, Math.min(at.getTime(), 0xffff_ffff_ffff)).toString(16).padStart(12, '0');
  const variant = VARIANTS[Number.parseInt(digest[4]!, 16) & 3];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${digest.slice(1, 4)}-${variant}${digest.slice(5, 8)}-${digest.slice(8, 20)}`;
}
