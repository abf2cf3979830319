import type { Purpose } from '@rapport/contracts';

/** Purposes that count together against a cap, and that a legal rule speaks of. */
export type PurposeClass = 'essential' | 'engagement' | 'advertising';
export const PURPOSE_CLASS: Readonly<Record<Purpose, PurposeClass>> = {
  transactional: 'essential',
  service: 'essential',
  survey: 'engagement',
  relationship: 'engagement',
  marketing: 'advertising',
};
