import type { Interaction } from '@rapport/contracts';

/** What rules may ask of an interaction. The body is what the history keeps, as JSON; texts, traits and identifiers are left with their owners. */
export interface Behaviour {
  readonly id: string;
  /** Event time, epoch milliseconds: it decides, not the time of arrival. */
  readonly at: number;
  readonly event: string;
  readonly body: BehaviourBody;
}

const ATTRIBUTES = [
  'kind',
  'channel',
  'direction',
  'stage',
  'touchpoint',
  'function',
  'handling',
  'complexity',
  'sensitivity',
  'value',
  'sentiment',
  'agentId',
  'caseId',
  'campaignId',
  'notificationId',
] as const;
export type BehaviourBody = Partial<Pick<Interaction, (typeof ATTRIBUTES)[number]>> & Pick<Interaction, 'properties'>;

export function toBehaviour(interaction: Interaction): Behaviour {
  const body: Record<string, unknown> = { properties: interaction.properties };
  for (const name of ATTRIBUTES) if (interaction[name] !== undefined) body[name] = interaction[name];
  return { id: interaction.id, at: Date.parse(interaction.at), event: interaction.event, body: body as BehaviourBody };
}

const PLAIN_PATHS: readonly string[] = ['event', ...ATTRIBUTES.filter((name) => name !== 'value'), 'value.amount', 'value.currency'];
const MAX_PATH = 256;
const MAX_STEPS = 8;

/** `channel`, `value.amount`, …, or `properties.<name>[.<name>…]`. */
export function isBehaviourPath(path: string): boolean {
  if (PLAIN_PATHS.includes(path)) return true;
  const steps = path.split('.');
  return (
    steps[0] === 'properties' &&
    steps.length > 1 &&
    steps.length <= MAX_STEPS &&
    path.length <= MAX_PATH &&
    steps.every((step) => step !== '')
  );
}

export const BEHAVIOUR_PATHS_TEXT = `one of ${PLAIN_PATHS.join(', ')}, or properties.<name>`;

/** Follows own properties only, so that `__proto__` and `constructor` are ordinary, absent names. */
export function step(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

export function readBehaviour(behaviour: Behaviour, path: readonly string[]): unknown {
  if (path[0] === 'event') return behaviour.event;
  return path.reduce<unknown>(step, behaviour.body);
}
