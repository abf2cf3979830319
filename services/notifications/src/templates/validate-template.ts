import { Value } from '@sinclair/typebox/value';
import { defaultLocaleOf } from './choose-locale.js';
import type { LiquidPool } from './liquid-pool.js';
import type { LiquidSource } from './liquid-worker.js';
import { sourcesOf } from './render-message.js';
import { ChannelContents, type TemplateDefinition, TemplateDefinition as TemplateSchema, WRITTEN_CHANNELS } from './template.js';

/** Where in the body, as a JSON Pointer, and what. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}
const ERRORS_MAX = 20;

/** @returns what is wrong with the shape of a template; empty when it is one. Pure. */
export function shapeErrors(body: unknown): FieldError[] {
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    return [{ pointer: '', detail: 'Expected an object with purpose and locales' }];
  const errors = schemaErrors(TemplateSchema, body);
  return errors.length > 0 ? errors : meaningErrors(body as TemplateDefinition);
}

/** The same for `content` that comes with a notification. */
export function contentErrors(content: unknown, pointer = '/content'): FieldError[] {
  return schemaErrors(ChannelContents, content).map((error) => ({ ...error, pointer: pointer + error.pointer }));
}

function schemaErrors(schema: typeof TemplateSchema | typeof ChannelContents, value: unknown): FieldError[] {
  const errors: FieldError[] = [];
  for (const { path, message } of Value.Errors(schema, value)) {
    if (!errors.some((error) => error.pointer === path)) errors.push({ pointer: path, detail: message });
    if (errors.length >= ERRORS_MAX) break;
  }
  return errors;
}

function meaningErrors(template: TemplateDefinition): FieldError[] {
  const errors: FieldError[] = [];
  for (const [locale, contents] of Object.entries(template.locales)) {
    const at = `/locales/${locale}`;
    if (!WRITTEN_CHANNELS.some((channel) => contents[channel]))
      errors.push({ pointer: at, detail: `Write for at least one of ${WRITTEN_CHANNELS.join(', ')}` });
    if (contents.email && contents.email.html === undefined && contents.email.text === undefined)
      errors.push({ pointer: `${at}/email`, detail: 'Write html, text or both' });
  }
  if (template.locales[defaultLocaleOf(template)] === undefined)
    errors.push({ pointer: '/defaultLocale', detail: 'Name one of the locales' });
  return errors.slice(0, ERRORS_MAX);
}

/**
 * Parses every Liquid source of the template and renders it once without data, in the process that can be killed: a syntax error is refused with its place,
 * and so is a template that would never end, or grow without bound, whatever the data. `busy`: it could not be looked at now.
 */
export async function sourceErrors(liquid: LiquidPool, template: TemplateDefinition): Promise<FieldError[] | 'busy'> {
  const errors: FieldError[] = [];
  for (const [pointer, sources] of Object.entries(sourcesByPointer(template))) {
    const checked = await liquid.check(sources);
    const result = checked.ok ? await liquid.render(sources, { labels: {} }) : checked;
    if (result.ok) continue;
    if (result.faults.some(({ kind }) => kind === 'busy')) return 'busy';
    // Without data a filter may well complain; only what would be wrong with any data is refused.
    const certain = result.faults.filter(({ kind }) => kind !== 'render');
    for (const { field, detail } of certain) errors.push({ pointer: field ? `${pointer}/${field}` : pointer, detail });
    if (errors.length >= ERRORS_MAX) break;
  }
  return errors;
}

function sourcesByPointer(template: TemplateDefinition): Record<string, Record<string, LiquidSource>> {
  const all: Record<string, Record<string, LiquidSource>> = {};
  for (const [locale, contents] of Object.entries(template.locales)) {
    for (const channel of WRITTEN_CHANNELS) {
      const written = contents[channel];
      if (written) all[`/locales/${locale}/${channel}`] = sourcesOf(written);
    }
  }
  return all;
}
