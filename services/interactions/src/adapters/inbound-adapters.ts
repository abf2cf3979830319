import type { Adapter } from './adapter.js';
import { readMimeDelivery } from './email/mime-adapter.js';

/** Who understands the deliveries of which provider: the `{provider}` of `POST /v1/inbound/{provider}/{connection}`. One line each, sorted. */
// biome-ignore format: a table is read by its lines
export const INBOUND_ADAPTERS: Readonly<Record<string, Adapter>> = Object.freeze({
  mime: readMimeDelivery,
});
