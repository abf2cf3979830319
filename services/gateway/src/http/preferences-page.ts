import type { Channel } from '@rapport/contracts';
import { consentField, shownField, STOP_ALL } from '../domain/preference-form.js';
import { CHOOSABLE_PURPOSES, type PreferenceView } from '../domain/preferences.js';
import { TIME_ZONES } from '../domain/time-zones.js';
import { escapeHtml, LANGUAGES, type Language, page } from './page.js';
import { channelName, LANGUAGE_NAMES, PREFERENCE_WORDS, PURPOSE_NAMES } from './preferences-words.js';

const STYLE =
  'main{max-width:46rem;margin:6vh auto}nav{text-align:right}h1{margin-bottom:.25rem}fieldset{border:0;padding:0;margin:2rem 0}legend,.label{font-weight:600;padding:0}.hint{margin:.25rem 0 .75rem;opacity:.8}' +
  '.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{padding:.6rem .75rem;border-bottom:1px solid #9996;text-align:center}th:first-child{text-align:left;font-weight:400}thead th{font-weight:600}' +
  'input[type=checkbox]{width:1.4rem;height:1.4rem}td label{display:block}td small{display:block}select,input[type=time]{font:inherit;padding:.5rem;max-width:100%;color:inherit;background:transparent;border:1px solid #777;border-radius:.4rem}option,optgroup{color:#1a1a1a;background:#fff}' +
  '.field{margin:1.25rem 0}.field label{display:block;font-weight:600}.times label{display:inline-block;font-weight:400;margin-right:1rem}.saved{padding:.75rem 1rem;border-left:4px solid #0a7d33;background:#0a7d3322}' +
  'input:focus-visible,select:focus-visible,a:focus-visible{outline:3px solid #ffb000;outline-offset:2px}a{color:inherit}.second{background:transparent;color:inherit}.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}';

type Banner = 'saved' | 'unchanged' | undefined;

/** The preference centre: plain HTML and one form. It shows no address and no name: whoever was forwarded the mail learns nothing about the person. */
export function preferencesPage(view: PreferenceView, language: Language, banner?: Banner): string {
  const words = PREFERENCE_WORDS[language];
  const other = LANGUAGES.find((one) => one !== language)!;
  const body =
    `<nav><a href="?lang=${other}" lang="${other}" hreflang="${other}">${LANGUAGE_NAMES[other]}</a></nav><h1>${words.title}</h1><p>${words.intro}</p>` +
    (banner === undefined ? '' : `<p role="status" class="saved">${words[banner]}</p>`) +
    `<form method="post" autocomplete="off">${consentTable(view, language)}${choices(view, language)}` +
    `<p><button type="submit" name="action" value="save">${words.save}</button></p>` +
    `<p class="hint">${words.stopHint}</p><p><button type="submit" class="second" name="action" value="${STOP_ALL}">${words.stop}</button></p></form>`;
  return page(language, words.title, body, STYLE);
}

function consentTable({ channels, consents }: PreferenceView, language: Language): string {
  if (channels.length === 0) return '';
  const words = PREFERENCE_WORDS[language];
  const head = channels.map((channel) => `<th scope="col">${channelName(channel, language)}</th>`).join('');
  const rows = CHOOSABLE_PURPOSES.map((purpose) => {
    const cells = consents.filter((cell) => cell.purpose === purpose);
    const boxes = cells.map((cell) => {
      const name = consentField(cell);
      const label = `${PURPOSE_NAMES[language][purpose]}, ${channelName(cell.channel, language)}`;
      const pending = cell.state === 'pending' ? `<small>${words.pending}</small>` : '';
      return `<td><label><span class="unseen">${label}</span><input type="checkbox" name="${name}" value="1"${cell.allowed ? ' checked' : ''}>${pending}</label>${shown(name, cell.allowed ? '1' : '0')}</td>`;
    });
    return `<tr><th scope="row">${PURPOSE_NAMES[language][purpose]}</th>${boxes.join('')}</tr>`;
  });
  return `<fieldset><legend>${words.topics}</legend><p class="hint">${words.topicsHint}</p><div class="scroll"><table><thead><tr><td></td>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div></fieldset>`;
}

function choices(view: PreferenceView, language: Language): string {
  const words = PREFERENCE_WORDS[language];
  const stated = <T>(one: { readonly value: T; readonly source: string } | null): T | undefined =>
    one !== null && one.source === 'stated' ? one.value : undefined;
  const guessed = (one: { readonly value: string; readonly source: string } | null, name: (value: string) => string): string =>
    one !== null && one.source === 'inferred' ? ` (${words.inferred}: ${escapeHtml(name(one.value))})` : '';
  const nameOfChannel = (value: string): string => channelName(value as Channel, language);
  const nameOfLanguage = (value: string): string => LANGUAGE_NAMES[value] ?? value;
  const channels = view.channels.map((channel) => option(channel, nameOfChannel(channel), stated(view.channel)));
  const spoken = stated(view.language);
  const languages = [...new Set([...LANGUAGES, ...(spoken === undefined ? [] : [spoken])])].map((one) =>
    option(one, nameOfLanguage(one), spoken),
  );
  const { from = '', to = '' } = stated(view.quietHours) ?? {};
  return (
    select('channel', words.channel, words.anyChannel + guessed(view.channel, nameOfChannel), channels, stated(view.channel)) +
    select('language', words.language, words.anyLanguage + guessed(view.language, nameOfLanguage), languages, spoken) +
    select(
      'timeZone',
      words.timeZone,
      words.anyTimeZone + guessed(view.timeZone, zoneName),
      zones(stated(view.timeZone)),
      stated(view.timeZone),
    ) +
    `<fieldset class="times"><legend>${words.quietHours}</legend><p class="hint">${words.quietHint}</p>${time('quietFrom', words.from, from)}${time('quietTo', words.to, to)}</fieldset>`
  );
}

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

/** @param none what it means to choose nothing, escaped */
function select(name: string, label: string, none: string, options: readonly string[], chosen: string | undefined): string {
  return `<div class="field"><label for="${name}">${label}</label><select id="${name}" name="${name}"><option value="">${none}</option>${options.join('')}</select>${shown(name, chosen ?? '')}</div>`;
}

const time = (name: string, label: string, value: string): string =>
  `<label>${label} <input type="time" name="${name}" value="${escapeHtml(value)}"></label>${shown(name, value)}`;

const shown = (field: string, value: string): string => `<input type="hidden" name="${shownField(field)}" value="${escapeHtml(value)}">`;

export type NoticeKind = 'bad' | 'expired' | 'later' | 'confirm' | 'confirmed';

/** Everything that is only said: that a link is wrong, that it did not work, that it is done; and the one question of a confirmation. */
export function noticePage(kind: NoticeKind, language: Language): string {
  const words = PREFERENCE_WORDS[language];
  const [title, text] = {
    bad: [words.badTitle, words.bad],
    expired: [words.badTitle, words.expired],
    later: [words.laterTitle, words.later],
    confirm: [words.confirmTitle, words.confirmAsk],
    confirmed: [words.confirmedTitle, words.confirmed],
  }[kind] as [string, string];
  const form =
    kind === 'confirm' ? `<form method="post"><button type="submit" name="confirm" value="yes">${words.confirmButton}</button></form>` : '';
  return page(language, title, `<h1>${title}</h1><p role="status">${text}</p>${form}`);
}
