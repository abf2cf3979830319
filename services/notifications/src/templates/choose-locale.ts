import type { TemplateDefinition, WrittenChannel } from './template.js';

type Localised = Pick<TemplateDefinition, 'locales' | 'defaultLocale'>;

/** The language that a template falls back to: the declared one, else Vietnamese, else the first by name. */
export function defaultLocaleOf({ locales, defaultLocale }: Localised): string {
  return defaultLocale ?? (locales.vi ? 'vi' : (Object.keys(locales).sort()[0] ?? 'vi'));
}

/** `vi-Latn-VN` → `vi-Latn-VN`, `vi-Latn`, `vi`, then the template's default; every step once. */
export function localeChain(wanted: string | undefined, template: Localised): string[] {
  const chain: string[] = [];
  for (let parts = wanted?.replaceAll('_', '-').split('-') ?? []; parts.length > 0; parts = parts.slice(0, -1)) chain.push(parts.join('-'));
  return [...new Set([...chain, defaultLocaleOf(template)])];
}

/** @returns the first locale of the chain in which this channel is written, or undefined. */
export function chooseLocale(template: Localised, channel: WrittenChannel, wanted: string | undefined): string | undefined {
  return localeChain(wanted, template).find((locale) => template.locales[locale]?.[channel] !== undefined);
}

/** The labels that a text in `locale` sees: its own first, then those of the languages it falls back to. */
export function labelsFor(template: Localised, locale: string | undefined): Record<string, string> {
  const nearestLast = localeChain(locale, template).reverse();
  return Object.assign({}, ...nearestLast.map((name) => template.locales[name]?.labels ?? {}));
}
