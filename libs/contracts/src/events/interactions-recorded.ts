import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { Interaction } from '../interaction.js';

/** One interaction, normalised, classified, seen for the first time. */
export const InteractionRecorded = Type.Object(Interaction.properties, { additionalProperties: false, $id: 'interactions.recorded.v1' });
export type InteractionRecorded = Static<typeof InteractionRecorded>;
