import { COMPLEXITIES, type Complexity, PURPOSES, type Purpose, SENSITIVITIES, type Sensitivity } from '@rapport/contracts';
import { URGENCIES, type Urgency } from './channels.js';

export interface NotifyStep {
  readonly notify: {
    readonly template: string;
    readonly purpose: Purpose;
    readonly urgency: Urgency;
    readonly complexity?: Complexity;
    readonly sensitivity?: Sensitivity;
  };
}
export type JourneyStep = NotifyStep;

export interface SegmentTrigger {
  readonly segment: string;
  readonly on: 'entered' | 'left';
}

/** Whether a customer may go through a journey again: never, whenever no run of his is under way, or that and so long after the last one began. */
export type Reentry =
  | 'once'
  | 'always'
  | { readonly after: { readonly minutes?: number; readonly hours?: number; readonly days?: number } };

export interface JourneyDefinition {
  readonly name: string;
  readonly trigger: SegmentTrigger;
  readonly steps: readonly JourneyStep[];
  readonly reentry: Reentry;
}

export interface JourneyRun {
  readonly id: string;
  readonly journeyId: string;
  readonly triggerKey: string;
  readonly state: 'active' | 'completed' | 'exited';
  readonly startedAt: Date;
}

export const STEPS_MAX = 64;
const FUTURE_TRIGGERS = ['interaction', 'schedule', 'api', 'relationship', 'lifecycle'];
const FUTURE_STEPS = ['wait', 'waitFor', 'branch', 'split', 'task', 'update', 'goal', 'exit'];
const UNITS_MS = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export interface Finding {
  readonly pointer: string;
  readonly detail: string;
}
export type ParsedJourney =
  | { readonly kind: 'ok'; readonly definition: JourneyDefinition }
  | { readonly kind: 'invalid'; readonly errors: readonly Finding[] }
  /** Well said, but by a later version of this service. */
  | { readonly kind: 'unsupported'; readonly errors: readonly Finding[] };

/** Reads a journey as a person wrote it. All findings are told at once, each by its JSON Pointer. */
export function parseJourney(body: Readonly<Record<string, unknown>>): ParsedJourney {
  const errors: Finding[] = [];
  const unsupported: Finding[] = [];
  for (const key of Object.keys(body))
    if (!['name', 'trigger', 'steps', 'reentry'].includes(key))
      errors.push({ pointer: `/${escaped(key)}`, detail: 'is not a member of a journey' });
  if (typeof body.name !== 'string' || body.name.trim() === '' || body.name.length > 200)
    errors.push({ pointer: '/name', detail: 'must be a text of 1 to 200 characters' });
  checkTrigger(body.trigger, errors, unsupported);
  checkSteps(body.steps, errors, unsupported);
  const reentry = body.reentry ?? 'once';
  checkReentry(reentry, errors);
  if (errors.length > 0) return { kind: 'invalid', errors };
  if (unsupported.length > 0) return { kind: 'unsupported', errors: unsupported };
  return { kind: 'ok', definition: { name: body.name, trigger: body.trigger, steps: body.steps, reentry } as unknown as JourneyDefinition };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

function checkTrigger(trigger: unknown, errors: Finding[], unsupported: Finding[]): void {
  if (!isObject(trigger))
    return void errors.push({ pointer: '/trigger', detail: 'must be an object such as {"segment": id, "on": "entered"}' });
  const future = FUTURE_TRIGGERS.find((name) => Object.hasOwn(trigger, name));
  if (future !== undefined)
    return void unsupported.push({ pointer: `/trigger/${future}`, detail: `a ${future} trigger is not supported yet` });
  if (typeof trigger.segment !== 'string' || !UUID.test(trigger.segment))
    errors.push({ pointer: '/trigger/segment', detail: 'must be the id of a segment' });
  if (trigger.on !== 'entered' && trigger.on !== 'left') errors.push({ pointer: '/trigger/on', detail: 'must be entered or left' });
  for (const key of Object.keys(trigger))
    if (key !== 'segment' && key !== 'on') errors.push({ pointer: `/trigger/${escaped(key)}`, detail: 'is not a member of a trigger' });
}

function checkSteps(steps: unknown, errors: Finding[], unsupported: Finding[]): void {
  if (!Array.isArray(steps) || steps.length === 0 || steps.length > STEPS_MAX)
    return void errors.push({ pointer: '/steps', detail: `must be a list of 1 to ${STEPS_MAX} steps` });
  for (const [index, step] of steps.entries()) {
    const pointer = `/steps/${index}`;
    const kinds = isObject(step) ? Object.keys(step) : [];
    const [kind] = kinds;
    if (kinds.length !== 1 || kind === undefined)
      errors.push({ pointer, detail: 'must be an object with one member that names the kind of step' });
    else if (FUTURE_STEPS.includes(kind))
      unsupported.push({ pointer: `${pointer}/${kind}`, detail: `a ${kind} step is not supported yet` });
    else if (kind !== 'notify') errors.push({ pointer: `${pointer}/${escaped(kind)}`, detail: 'is not a kind of step' });
    else checkNotify((step as Record<string, unknown>).notify, `${pointer}/notify`, errors);
  }
}

const NOTIFY_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  purpose: PURPOSES,
  urgency: URGENCIES,
  complexity: COMPLEXITIES,
  sensitivity: SENSITIVITIES,
};

function checkNotify(notify: unknown, pointer: string, errors: Finding[]): void {
  if (!isObject(notify)) return void errors.push({ pointer, detail: 'must be an object' });
  if (typeof notify.template !== 'string' || notify.template === '' || notify.template.length > 100)
    errors.push({ pointer: `${pointer}/template`, detail: 'must be the name of a template' });
  for (const [member, words] of Object.entries(NOTIFY_MEMBERS)) {
    const optional = member === 'complexity' || member === 'sensitivity';
    if (!(optional && notify[member] === undefined) && !words.includes(notify[member] as string))
      errors.push({ pointer: `${pointer}/${member}`, detail: `must be one of ${words.join(', ')}` });
  }
  for (const key of Object.keys(notify))
    if (key !== 'template' && !Object.hasOwn(NOTIFY_MEMBERS, key))
      errors.push({ pointer: `${pointer}/${escaped(key)}`, detail: 'is not a member of notify' });
}

function checkReentry(reentry: unknown, errors: Finding[]): void {
  if (reentry === 'once' || reentry === 'always') return;
  const after = isObject(reentry) && Object.keys(reentry).length === 1 ? reentry.after : undefined;
  const units = isObject(after) ? Object.entries(after) : [];
  const good =
    units.length > 0 &&
    units.every(([unit, n]) => Object.hasOwn(UNITS_MS, unit) && Number.isInteger(n) && (n as number) > 0 && (n as number) <= 100_000);
  if (!good) errors.push({ pointer: '/reentry', detail: 'must be "once", "always" or {"after": {"days": n}} (or hours, minutes)' });
}

export const triggerKeyOf = (profileId: string, segmentId: string, sequence: number): string =>
  `membership:${segmentId}:${profileId}:${sequence}`;

/** Whether the fact `triggerKey` starts a run for a customer who has had these runs of this journey. */
export function mayEnter(runs: readonly JourneyRun[], triggerKey: string, reentry: Reentry, now: Date): boolean {
  if (runs.length === 0) return true;
  if (reentry === 'once' || runs.some((run) => run.triggerKey === triggerKey || run.state === 'active')) return false;
  if (reentry === 'always') return true;
  const pauseMs = (Object.entries(reentry.after) as [keyof typeof UNITS_MS, number][]).reduce(
    (total, [unit, n]) => total + UNITS_MS[unit] * n,
    0,
  );
  return runs.every((run) => run.startedAt.getTime() + pauseMs <= now.getTime());
}
