import { CHANNELS, COMPLEXITIES, SENSITIVITIES, STAGES, TOUCHPOINTS } from '@rapport/contracts';
import type { Channel, Complexity, Handling, Interaction, Sensitivity, Stage, Touchpoint } from '@rapport/contracts';

/** What is not known is a kind of its own: nobody said how hard the matter was. */
export type KnownComplexity = Complexity | 'unknown';

/** The stage of a touchpoint whose sender names no stage (DOMAIN §1). */
// biome-ignore format: a table is read by its columns
export const STAGE_OF: Readonly<Record<Touchpoint, Stage>> = {
  website: 'pre_purchase', app: 'pre_purchase', chatbot: 'pre_purchase', social_post: 'pre_purchase', advert: 'pre_purchase', content: 'pre_purchase', event: 'pre_purchase',
  store_visit: 'purchase', online_checkout: 'purchase', payment: 'purchase', purchase_support: 'purchase',
  delivery: 'post_purchase', packaging: 'post_purchase', order_status: 'post_purchase', returns: 'post_purchase', technical_support: 'post_purchase', survey: 'post_purchase', loyalty: 'post_purchase', community: 'post_purchase',
};

/** `stage.touchpoint`: where on the map a contact stands. Contacts without a touchpoint are not on the map; `''` stands for them. */
export type Place = string;
export const NOWHERE: Place = '';

export function placeOf({ stage, touchpoint }: Pick<Interaction, 'stage' | 'touchpoint'>): Place {
  if (touchpoint === undefined || !Object.hasOwn(STAGE_OF, touchpoint)) return NOWHERE;
  return `${stage ?? STAGE_OF[touchpoint]}.${touchpoint}`;
}

export const partsOf = (place: Place): { stage: Stage; touchpoint: Touchpoint } => {
  const dot = place.indexOf('.');
  return { stage: place.slice(0, dot) as Stage, touchpoint: place.slice(dot + 1) as Touchpoint };
};

/** When one contact is several things, it counts as the highest of each row: the hardest, the most sensitive, the most personal. */
export const COMPLEXITY_RANK: readonly KnownComplexity[] = ['unknown', ...COMPLEXITIES];
export const SENSITIVITY_RANK: readonly Sensitivity[] = SENSITIVITIES;
export const HANDLING_RANK: readonly Handling[] = [
  'none',
  'self_service',
  'automated',
  'community',
  'co_creation',
  'human',
  'dedicated_human',
];

/** Tables whose positions are stored: append only (maps.test.ts). */
export const STORED_CHANNELS: readonly Channel[] = CHANNELS;
export const STORED_PLACES: readonly Place[] = [
  NOWHERE,
  ...TOUCHPOINTS.flatMap((touchpoint) => STAGES.map((stage) => `${stage}.${touchpoint}`)),
];
