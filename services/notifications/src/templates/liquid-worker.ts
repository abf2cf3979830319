/**
 * The process in which authors' Liquid runs. It has no part of the service in it: no database, no secrets, no environment. Liquid's own limits
 * stop nearly every runaway template; the parent kills this process for the rest. A thread would not do: V8 ends the whole process when one
 * allocation goes beyond a thread's heap, and a few nested `capture`s are enough for that.
 * It imports nothing of the service and uses only syntax that can be stripped: Node runs the source in tests and the build in production.
 */
import { Liquid, type Template as LiquidTemplate } from 'liquidjs';

export interface LiquidLimits {
  readonly parseCharacters: number;
  readonly renderMs: number;
  /** Objects and characters that one rendering may create. */
  readonly memoryUnits: number;
  readonly tags: number;
  readonly outputCharacters: number;
  readonly timeZone: string;
}
/** `html`: values are escaped unless the author says `| raw`. */
export type LiquidSource = { readonly source: string; readonly as: 'html' | 'text' };
export interface LiquidJob {
  readonly id: number;
  readonly sources: Readonly<Record<string, LiquidSource>>;
  /** Absent: only the syntax is checked, and every error is named. */
  readonly scope?: Readonly<Record<string, unknown>>;
  readonly locale?: string;
}
export type LiquidFault = { readonly field: string; readonly kind: 'syntax' | 'limit' | 'render'; readonly detail: string };
export type LiquidAnswer = { readonly id: number } & (
  | { readonly values: Readonly<Record<string, string>> }
  | { readonly faults: readonly LiquidFault[] }
);

const limits = JSON.parse(process.argv[2] ?? '{}') as LiquidLimits;
const CACHE_MAX = 500;
const STARVED_MAX = 5;

function engine(outputEscape: 'escape' | undefined): Liquid {
  const liquid = new Liquid({
    ...(outputEscape ? { outputEscape } : {}),
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: false,
    templates: {},
    relativeReference: false,
    dynamicPartials: false,
    cache: false,
    timezoneOffset: limits.timeZone,
    parseLimit: limits.parseCharacters,
    renderLimit: limits.renderMs,
    memoryLimit: limits.memoryUnits,
  });
  // One file cannot pull in another: a template is complete in itself, so that a stored version never changes its meaning.
  for (const tag of ['include', 'render', 'layout', 'block']) delete liquid.tags[tag];
  liquid.registerFilter('money', function (this: { context: { getSync(path: string[]): unknown } }, amount: unknown, currency: unknown) {
    return formatMoney(amount, currency, this.context.getSync(['locale']));
  });
  return liquid;
}

/** `{{ total | money: "VND" }}`: a decimal string in the manner of the reader's language; Intl reads the string exactly, without a float. */
function formatMoney(amount: unknown, currency: unknown, locale: unknown): string {
  const decimal = String(amount ?? '');
  if (!/^-?\d{1,18}(\.\d{1,6})?$/.test(decimal) || !/^[A-Z]{3}$/.test(String(currency))) return decimal;
  return new Intl.NumberFormat(typeof locale === 'string' ? locale : 'vi', { style: 'currency', currency: String(currency) }).format(
    decimal as `${number}`,
  );
}

const engines = { html: engine('escape'), text: engine(undefined) };
const parsed = new Map<string, LiquidTemplate[]>();

function parse({ source, as }: LiquidSource): LiquidTemplate[] {
  const key = `${as}:${source}`;
  const known = parsed.get(key);
  if (known) return known;
  const template = engines[as].parse(source);
  if (parsed.size >= CACHE_MAX) parsed.delete(parsed.keys().next().value as string);
  parsed.set(key, template);
  return template;
}

function faultOf(field: string, kind: 'syntax' | 'render', error: unknown): LiquidFault {
  const detail = (error instanceof Error ? error.message : String(error)).slice(0, 300);
  return { field, kind: /limit exceeded|Maximum call stack|Invalid (string|array) length/i.test(detail) ? 'limit' : kind, detail };
}

/** Liquid measures by the clock on the wall. On a machine that is busy with other things, only a template that used its time itself is at fault. */
function renderPatiently(render: () => string): string {
  for (let tries = 1; ; tries++) {
    const before = process.cpuUsage();
    try {
      return render();
    } catch (error) {
      const { user, system } = process.cpuUsage(before);
      const starved = String(error).includes('render limit') && (user + system) / 1_000 < limits.renderMs / 2;
      if (!starved || tries >= STARVED_MAX) throw error;
    }
  }
}

function run(job: LiquidJob): LiquidAnswer {
  const values: Record<string, string> = {};
  const faults: LiquidFault[] = [];
  const scope = { ...job.scope, locale: job.locale };
  for (const [field, source] of Object.entries(job.sources)) {
    let kind: 'syntax' | 'render' = 'syntax';
    try {
      const template = parse(source);
      kind = 'render';
      if (!job.scope) continue;
      const value = renderPatiently(() =>
        String(
          engines[source.as].renderSync(template, scope, {
            templateLimit: limits.tags,
            renderLimit: limits.renderMs,
            memoryLimit: limits.memoryUnits,
          }),
        ),
      );
      if (value.length > limits.outputCharacters)
        faults.push({ field, kind: 'limit', detail: `the text is longer than ${limits.outputCharacters} characters` });
      else values[field] = value;
    } catch (error) {
      faults.push(faultOf(field, kind, error));
    }
  }
  return faults.length > 0 ? { id: job.id, faults } : { id: job.id, values };
}

// Ctrl-C reaches the whole group: the parent still has texts to finish, and says when it is over by closing the channel.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(0));
process.on('message', (job: LiquidJob) => process.send?.(run(job)));
process.send?.('ready');
