import { hash } from 'node:crypto';

const MESSAGE_ID_LENGTH_MAX = 100;

/**
 * The message id of a provider's fact from the parts that name it. Ids that fit stay readable; longer ones become their SHA-256, so that two long
 * ids with a common beginning stay two.
 */
export function messageIdOf(...parts: readonly string[]): string {
  const id = parts.join(':');
  return id.length <= MESSAGE_ID_LENGTH_MAX ? id : `sha256:${hash('sha256', id)}`;
}

/** For what carries no id of its own: the same bytes are the same fact, as long as message ids are remembered. */
export const messageIdOfBytes = (raw: Uint8Array, ...parts: readonly string[]): string =>
  messageIdOf(`sha256-${hash('sha256', raw)}`, ...parts);
