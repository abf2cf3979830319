/** One row of a file, line breaks in quotes included. What it becomes may be no larger than any other event. */
export const ROW_BYTES_MAX = 32 * 1024;
export const COLUMNS_MAX = 500;
/** Rows that are accepted and counted together: as many as go to Kafka in one send. */
export const BLOCK_ROWS = 500;
/** Rejected rows that are kept to be fetched; all are counted. */
export const REJECTS_KEPT_MAX = 10_000;
export const REJECT_BYTES_KEPT_MAX = 64 * 1024 * 1024;
/** Of one row. */
export const ROW_ERRORS_MAX = 10;
export const DRY_RUN_ERRORS_MAX = 100;
export const DRY_RUN_SAMPLES = 3;
export const MAPPING_LENGTH_MAX = 8_192;
export const IMPORT_NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u;
