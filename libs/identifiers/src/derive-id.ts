import { createHash } from 'node:crypto';

/**
 * A UUIDv7-shaped id that depends only on its arguments: 48 bits of `at` (milliseconds), then 74 bits of SHA-256 over `parts`.
 * Decisions use it instead of a random id, so that they stay pure and a replay gives the same ids.
 */
export function deriveId(at: Date, ...parts: readonly string[]): string {
  const digest = createHash('sha256').update(parts.join('\u0000')).digest();
  const time = Math.max(0, Math.min(at.getTime(), 0xffff_ffff_ffff)).toString(16).padStart(12, '0');
  digest[0] = (digest[0]! & 0x0f) | 0x70;
  digest[2] = (digest[2]! & 0x3f) | 0x80;
  const hash = digest.toString('hex', 0, 10);
  return `${time.slice(0, 8)}-${time.slice(8)}-${hash.slice(0, 4)}-${hash.slice(4, 8)}-${hash.slice(8, 20)}`;
}
