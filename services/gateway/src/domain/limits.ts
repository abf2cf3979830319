/** The sizes of the Segment HTTP API, and of our own door. Bytes are counted after inflating. */
export const EVENT_BYTES_MAX = 32 * 1024;
export const BATCH_BYTES_MAX = 500 * 1024;
export const BATCH_EVENTS_MAX = 2_500;
export const INTERACTIONS_BYTES_MAX = 2 * 1024 * 1024;
export const MESSAGE_ID_LENGTH_MAX = 100;
/** Deeper documents are refused before anything walks them a second time. */
export const JSON_DEPTH_MAX = 64;
