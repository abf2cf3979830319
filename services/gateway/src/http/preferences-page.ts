import type { Channel, Purpose } from '@rapport/contracts';
import { consentField, shownField, STOP_ALL } from '../domain/preference-form.js';
import { CHOOSABLE_PURPOSES, type ConsentCell, type PreferenceView } from '../domain/preferences.js';
import { TIME_ZONES } from '../domain/time-zones.js';
import { escapeHtml, LANGUAGES, type Language, page } from './page.js';
import { channelName, LANGUAGE_NAMES, PREFERENCE_WORDS, PURPOSE_NAMES } from './preferences-words.js';

// Boxes that wrap, and no table: nothing has to be scrolled sideways on a telephone, and every box carries its own words.
const STYLE =
  'main{max-width:46rem;margin:6vh auto}nav{text-align:right}fieldset{border:0;padding:0;margin:0;min-width:0}legend{padding:0}.hint{margin:.25rem 0 .75rem;opacity:.8}' +
  '.topic{border-top:1px solid #9996;padding:1rem 0}.topic legend{float:left;width:100%;margin-bottom:.5rem;font-weight:600}.boxes{clear:both;display:grid;gap:.5rem;grid-template-columns:repeat(auto-fill,minmax(min(10rem,100%),1fr))}' +
  '.boxes label{display:flex;align-items:center;gap:.6rem;min-height:2.75rem;padding:.25rem .75rem;border:1px solid var(--line);border-radius:.5rem;cursor:pointer;box-sizing:border-box}.boxes small{display:block}input[type=checkbox]{flex:none;width:1.4rem;height:1.4rem;margin:0;accent-color:var(--accent)}' +
  '.field{margin:1.25rem 0}.field>label,.times legend{display:block;font-weight:600;margin-bottom:.25rem}select,input[type=time]{font:inherit;padding:.5rem;min-height:2.75rem;max-width:100%;box-sizing:border-box;border:1px solid var(--line);border-radius:.5rem}' +
  '.times div{display:flex;flex-wrap:wrap;gap:.75rem 1.5rem}.times label{display:flex;align-items:center;gap:.5rem}.note{padding:.75rem 1rem;border-left:4px solid #0a7d33;background:#0a7d3322}.note[role=alert]{border-color:#c43c00;background:#c43c0022}' +
  '.stop{border-top:1px solid #9996;margin-top:2.5rem}.second{background:transparent;color:inherit}';

/** What is said above the form when it comes back. */
export interface FormNews {
  readonly saved: boolean;
  /** Times of day of which no quiet hours can be made, as they were entered: they are shown again, not saved. */
  readonly unclearQuietHours?: { readonly from: string; readonly to: string } | undefined;
}

/** The preference centre: plain HTML and one form. It shows no address and no name: whoever was forwarded the mail learns nothing about the person. */
export function preferencesPage(view: PreferenceView, language: Language, news?: FormNews): string {
  const words = PREFERENCE_WORDS[language];
  const other = LANGUAGES.find((one) => one !== language)!;
  const body =
    `<nav><a href="?lang=${other}" lang="${other}" hreflang="${other}">${LANGUAGE_NAMES[other]}</a></nav><h1>${words.title}</h1><p>${words.intro}</p>` +
    (news === undefined ? '' : notes(news, language)) +
    `<form method="post" autocomplete="off">${topics(view, language)}${choices(view, language, news?.unclearQuietHours)}` +
    `<p><button type="submit" name="action" value="save">${words.save}</button></p>` +
    `<section class="stop"><h2>${words.stop}</h2><p class="hint">${words.stopHint}</p><p><button type="submit" class="second" name="action" value="${STOP_ALL}">${words.stop}</button></p></section></form>`;
  return page(language, words.title, body, STYLE);
}

function notes({ saved, unclearQuietHours }: FormNews, language: Language): string {
  const words = PREFERENCE_WORDS[language];
  const unclear = unclearQuietHours === undefined ? '' : `<p role="alert" class="note">${words.quietUnclear}</p>`;
  if (!saved && unclear !== '') return unclear;
  return `${unclear}<p role="status" class="note">${saved ? words.saved : words.unchanged}</p>`;
}

function topics({ channels, consents }: PreferenceView, language: Language): string {
  if (channels.length === 0) return '';
  const words = PREFERENCE_WORDS[language];
  const groups = CHOOSABLE_PURPOSES.map((purpose) => {
    const boxes = consents.filter((cell) => cell.purpose === purpose).map((cell) => box(cell, language));
    return `<fieldset class="topic"><legend>${PURPOSE_NAMES[language][purpose]}</legend><div class="boxes">${boxes.join('')}</div></fieldset>`;
  });
  return `<h2>${words.topics}</h2><p class="hint">${words.topicsHint}</p>${groups.join('')}`;
}

function box(cell: ConsentCell, language: Language): string {
  const name = consentField(cell);
  const pending = cell.state === 'pending' ? `<small>${PREFERENCE_WORDS[language].pending}</small>` : '';
  return (
    `<label><input type="checkbox" name="${name}" value="1"${cell.allowed ? ' checked' : ''}><span>${channelName(cell.channel, language)}${pending}</span></label>` +
    shown(name, cell.allowed ? '1' : '0')
  );
}

function choices(view: PreferenceView, language: Language, unclear: FormNews['unclearQuietHours']): string {
  const words = PREFERENCE_WORDS[language];
  const stated = <T>(one: { readonly value: T; readonly source: string } | null): T | undefined =>
    one !== null && one.source === 'stated' ? one.value : undefined;
  const guessed = (one: { readonly value: string; readonly source: string } | null, name: (value: string) => string): string =>
    one !== null && one.source === 'inferred' ? `${words.inferred}: ${escapeHtml(name(one.value))}` : '';
  const nameOfChannel = (value: string): string => channelName(value as Channel, language);
  const nameOfLanguage = (value: string): string => LANGUAGE_NAMES[value] ?? nameOfItself(value);
  const channels = view.channels.map((channel) => option(channel, nameOfChannel(channel), stated(view.channel)));
  const spoken = stated(view.language);
  const languages = [...new Set([...LANGUAGES, ...(spoken === undefined ? [] : [spoken])])].map((one) =>
    option(one, nameOfLanguage(one), spoken),
  );
  const zone = stated(view.timeZone);
  const { from = '', to = '' } = stated(view.quietHours) ?? {};
  return (
    `<h2>${words.how}</h2>` +
    select('channel', words.channel, words.anyChannel, guessed(view.channel, nameOfChannel), channels, stated(view.channel)) +
    select('language', words.language, words.automatic, guessed(view.language, nameOfLanguage), languages, spoken) +
    select('timeZone', words.timeZone, words.automatic, guessed(view.timeZone, zoneName), zones(zone), zone) +
    `<fieldset class="times"><legend>${words.quietHours}</legend><p class="hint" id="quiet-hint">${words.quietHint}</p><div>` +
    `${time('quietFrom', words.from, from, unclear?.from)}${time('quietTo', words.to, to, unclear?.to)}</div></fieldset>`
  );
}

/** A language in its own words. */
const nameOfItself = (language: string): string => new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;
const zoneName = (zone: string): string => zone.replaceAll('_', ' ');

function zones(chosen: string | undefined): string[] {
  const names = chosen === undefined || TIME_ZONES.includes(chosen) ? TIME_ZONES : [chosen, ...TIME_ZONES];
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const region = name.split('/', 1)[0]!;
    const group = groups.get(region) ?? [];
    groups.set(region, group);
    group.push(option(name, zoneName(name), chosen));
  }
  return [...groups].map(([region, options]) => `<optgroup label="${escapeHtml(region)}">${options.join('')}</optgroup>`);
}

const option = (value: string, name: string, chosen: string | undefined): string =>
  `<option value="${escapeHtml(value)}"${value === chosen ? ' selected' : ''}>${escapeHtml(name)}</option>`;

/** @param none what it means to choose nothing @param hint escaped; none when empty */
function select(name: string, label: string, none: string, hint: string, options: readonly string[], chosen: string | undefined): string {
  const described = hint === '' ? '' : ` aria-describedby="${name}-hint"`;
  const said = hint === '' ? '' : `<p class="hint" id="${name}-hint">${hint}</p>`;
  return `<div class="field"><label for="${name}">${label}</label>${said}<select id="${name}" name="${name}"${described}><option value="">${none}</option>${options.join('')}</select>${shown(name, chosen ?? '')}</div>`;
}

/** @param entered what was entered and is not saved */
const time = (name: string, label: string, value: string, entered: string | undefined): string =>
  `<label>${label} <input type="time" name="${name}" value="${escapeHtml(entered ?? value)}" aria-describedby="quiet-hint"${entered === undefined ? '' : ' aria-invalid="true"'}></label>${shown(name, value)}`;

const shown = (field: string, value: string): string => `<input type="hidden" name="${shownField(field)}" value="${escapeHtml(value)}">`;

export type NoticeKind = 'bad' | 'expired' | 'expiredConfirmation' | 'later' | 'confirm' | 'confirmed';

/**
 * Everything that is only said: that a link is wrong, that it did not work, that it is done; and the one question of a confirmation.
 * @param purpose what a confirmation is about
 */
export function noticePage(kind: NoticeKind, language: Language, purpose?: string): string {
  const words = PREFERENCE_WORDS[language];
  const names = PURPOSE_NAMES[language];
  const what = purpose !== undefined && Object.hasOwn(names, purpose) ? names[purpose as Purpose] : undefined;
  const [title, text] = {
    bad: [words.badTitle, words.bad],
    expired: [words.expiredTitle, words.expired],
    expiredConfirmation: [words.expiredTitle, words.expiredConfirmation],
    later: [words.laterTitle, words.later],
    confirm: [words.confirmTitle, words.confirmAsk],
    confirmed: [words.confirmedTitle, words.confirmed],
  }[kind] as [string, string];
  const about = kind === 'confirm' && what !== undefined ? `<p><strong>${what}</strong></p>` : '';
  const form =
    kind === 'confirm'
      ? `<form method="post"><p><button type="submit" name="confirm" value="yes">${words.confirmButton}</button></p></form><p class="hint">${words.confirmNot}</p>`
      : '';
  return page(language, title, `<h1>${title}</h1><p>${text}</p>${about}${form}`);
}
