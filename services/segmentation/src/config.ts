import { int, readServiceConfig } from '@rapport/platform';

const EXTRA = {
  /** Segments that are evaluated at once, beyond which creating another is refused. */
  SEGMENTS_MAX: int({ default: 500, min: 1, max: 5000 }),
  /** Customers that the sweep after a change of definitions takes per tick: each may have to be filled from history. */
  SWEEP_CUSTOMERS_MAX: int({ default: 200, min: 1, max: 5000 }),
};

export type SegmentationConfig = ReturnType<typeof readSegmentationConfig>;

/** @throws ConfigError naming every variable that is missing or wrong. */
export const readSegmentationConfig = (env?: NodeJS.ProcessEnv) => readServiceConfig('segmentation', EXTRA, env);
