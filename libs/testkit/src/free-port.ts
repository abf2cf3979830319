// @ts-expect-error the local product is plain JavaScript, and runs before anything is compiled
import { freePort as reserved } from '../../../deploy/local/ports.mjs';

/** A TCP port of 127.0.0.1 that nobody listens on, and that nobody else who asks so gets as long as this process lives. */
export const freePort: () => Promise<number> = reserved;
