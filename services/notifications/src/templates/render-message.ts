import type { Purpose } from '@rapport/contracts';
import { chooseLocale, labelsFor } from './choose-locale.js';
import { htmlToText } from './html-to-text.js';
import type { LiquidPool, LiquidResult } from './liquid-pool.js';
import type { LiquidSource } from './liquid-worker.js';
import type { ChannelContents, TemplateDefinition, WrittenChannel } from './template.js';

/** A message as the customer, or the person who calls him, will see it. It is frozen before it is sent. */
export type RenderedMessage =
  | { readonly channel: 'email'; readonly locale: string; readonly subject: string; readonly html?: string; readonly text: string }
  | { readonly channel: 'in_app'; readonly locale: string; readonly title: string; readonly text: string; readonly url?: string }
  | { readonly channel: 'phone'; readonly locale: string; readonly title?: string; readonly script: string }
  | { readonly channel: 'webhook'; readonly locale: string; readonly title?: string; readonly text: string };

export interface RenderRequest {
  /** A template, or what a notification brought along as `content`. */
  readonly template: Pick<TemplateDefinition, 'locales' | 'defaultLocale'>;
  readonly channel: WrittenChannel;
  readonly purpose: Purpose;
  readonly locale?: string | undefined;
  /** What the author may use: every entry of `data` by its own name, and the names of {@link RESERVED}. */
  readonly data: Readonly<Record<string, unknown>>;
  /** What is known about the customer, as `{{ customer.… }}`. */
  readonly customer?: Readonly<Record<string, unknown>> | undefined;
  /** What caused the notification, as `{{ context.… }}`. */
  readonly context?: Readonly<Record<string, unknown>> | undefined;
  /** What the law wants at the start of the subject, where the decision knows it. */
  readonly label?: string | undefined;
  readonly unsubscribeUrl?: string | undefined;
  /** Where the customer sees and changes how he is written to. */
  readonly preferencesUrl?: string | undefined;
  /** Where he confirms what he asked for. */
  readonly confirmUrl?: string | undefined;
}

/** Names in a template's scope that data cannot take. */
export const RESERVED = ['customer', 'context', 'labels', 'locale', 'purpose', 'unsubscribeUrl', 'preferencesUrl', 'confirmUrl'] as const;

export type RenderFailure = 'LOCALE_MISSING' | 'TEMPLATE_FAILED' | 'TEMPLATE_TOO_EXPENSIVE' | 'RENDERER_BUSY';
export type RenderOutcome =
  | { readonly ok: true; readonly message: RenderedMessage }
  | { readonly ok: false; readonly code: RenderFailure; readonly detail: string; readonly field?: string };

/** Vietnam, Decree 91/2020, article 9: advertising mail is labelled at the start of its subject. */
const ADVERTISING_LABELS: Readonly<Record<string, string>> = { vi: '[QC]' };

/**
 * The one function that makes a message, for the preview and for the sending alike: picks the language (`vi-VN` → `vi` → default) and its labels,
 * renders with HTML escaped by default, derives the missing plain text, makes subject and titles one line.
 */
export async function renderMessage(liquid: LiquidPool, request: RenderRequest): Promise<RenderOutcome> {
  const { template, channel, purpose, data, customer = {}, context = {} } = request;
  const locale = chooseLocale(template, channel, request.locale);
  const contents = locale === undefined ? undefined : template.locales[locale]?.[channel];
  if (locale === undefined || !contents)
    return { ok: false, code: 'LOCALE_MISSING', detail: `nothing is written for ${channel} in ${request.locale ?? 'any language'}` };
  const { unsubscribeUrl = '', preferencesUrl = '', confirmUrl = '' } = request;
  const scope = { ...data, customer, context, labels: labelsFor(template, locale), purpose, unsubscribeUrl, preferencesUrl, confirmUrl };
  const result = await liquid.render(sourcesOf(contents), scope, locale);
  if (!result.ok) return failureOf(result);
  return { ok: true, message: compose(channel, locale, request.label ?? labelFor(purpose, locale), result.values) };
}

/** The Liquid sources of one channel's contents; only an HTML body is escaped as HTML. */
export function sourcesOf(contents: NonNullable<ChannelContents[WrittenChannel]>): Record<string, LiquidSource> {
  const sources: Record<string, LiquidSource> = {};
  for (const [field, source] of Object.entries(contents)) sources[field] = { source, as: field === 'html' ? 'html' : 'text' };
  return sources;
}

function compose(
  channel: WrittenChannel,
  locale: string,
  label: string | undefined,
  values: Readonly<Record<string, string>>,
): RenderedMessage {
  const { subject = '', html, text, title, url, script = '' } = values;
  switch (channel) {
    case 'email':
      return {
        channel,
        locale,
        subject: labelled(oneLine(subject), label),
        ...(html !== undefined ? { html } : {}),
        text: text ?? htmlToText(html ?? ''),
      };
    case 'in_app':
      return { channel, locale, title: oneLine(title ?? ''), text: text ?? '', ...(url ? { url: oneLine(url) } : {}) };
    case 'phone':
      return { channel, locale, ...(title ? { title: oneLine(title) } : {}), script };
    case 'webhook':
      return { channel, locale, ...(title ? { title: oneLine(title) } : {}), text: text ?? '' };
  }
}

/** A value with a line break in a subject would be a header of its own. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
  return text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim();
}

function labelFor(purpose: Purpose, locale: string): string | undefined {
  return purpose === 'marketing' ? ADVERTISING_LABELS[locale.split('-')[0] ?? ''] : undefined;
}

function labelled(subject: string, label: string | undefined): string {
  return !label || subject.startsWith(label) ? subject : `${label} ${subject}`;
}

function failureOf({ faults }: Extract<LiquidResult, { ok: false }>): RenderOutcome {
  const [fault] = faults;
  const code =
    fault?.kind === 'busy'
      ? 'RENDERER_BUSY'
      : fault?.kind === 'killed' || fault?.kind === 'limit'
        ? 'TEMPLATE_TOO_EXPENSIVE'
        : 'TEMPLATE_FAILED';
  return { ok: false, code, detail: fault?.detail ?? 'the template cannot be rendered', ...(fault?.field ? { field: fault.field } : {}) };
}
