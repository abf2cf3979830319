import type { Channel, Interaction } from '@rapport/contracts';
import { type Place, PLACE_OF_CHANNEL } from './places.js';

/** Where a visitor is: a page without its query (which may hold what is nobody's business), or a screen by its name. */
export interface Page {
  readonly url?: string;
  readonly path?: string;
  readonly title?: string;
}

/** One thing that a visitor did here. */
export interface Step {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly event: string;
  readonly channel: Channel;
  readonly place: Place;
  readonly page?: Page;
}

const TEXT_CHARS_MAX = 300;

/**
 * @param recordedMs when Kafka had it: nobody did anything later than that, whatever the sender's clock says
 * @returns undefined when it does not show that the customer is here: another channel, or the company's own doing
 */
export function readStep(interaction: Interaction, recordedMs: number): Step | undefined {
  const place = PLACE_OF_CHANNEL[interaction.channel];
  if (place === undefined || interaction.direction !== 'inbound') return undefined;
  const page = pageOf(interaction);
  return {
    atMs: Math.min(Date.parse(interaction.at), recordedMs),
    event: interaction.event,
    channel: interaction.channel,
    place,
    ...(page && { page }),
  };
}

function pageOf({ kind, properties, context }: Interaction): Page | undefined {
  const own = kind === 'page' || kind === 'screen' ? properties : {};
  const around = objectOf(context?.['page']);
  const url = textOf(own['url']) ?? textOf(around['url']);
  const path = textOf(own['path']) ?? textOf(around['path']);
  const title = textOf(own['title']) ?? textOf(own['name']) ?? textOf(around['title']);
  if (url === undefined && path === undefined && title === undefined) return undefined;
  return {
    ...(url !== undefined && { url: withoutQuery(url) }),
    ...(path !== undefined && { path: withoutQuery(path) }),
    ...(title !== undefined && { title }),
  };
}

const withoutQuery = (address: string): string => address.replace(/[?#].*$/s, '');
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, TEXT_CHARS_MAX) : undefined;
const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
