import { VIETNAMESE_LETTER } from './diacritics.js';
import type { Token } from './tokenise.js';

export type TextLanguage = 'vi' | 'en';

/** Little words by which a text without diacritics gives itself away; chat spelling included. Words of both languages (`to`, `hay`, `an`, `do`) are left out. */
const SIGNS: Readonly<Record<TextLanguage, ReadonlySet<string>>> = {
  vi: new Set(
    `khong ko k kg hok dc duoc toi minh ban shop hang va la thi cua cho nay qua rat lam nhu nhung gi voi roi vay nhe nha oi cung moi mua gui giao dep tot tien ma bi con
    chi em anh nguoi sao nhieu vs cx mk sp san pham chat luong co den khi neu de ship ok oke ngon thich cam on ten tai khoan the don bao gio nao dau may tu van giup hoi dat
    van chua khach tra loi doi huy xin chao nhanh cham hom nay ngay tuan thang mang may cai hoc phi goi muon biet lai dang khuyen mai chang banh vong hinh loi vai quan ao giay mau day sach ve lan nua het lich kham bac si`.split(
      /\s+/,
    ),
  ),
  en: new Set(
    `the a is are was were it i my you your this that these of to and in on for with not have has had be been do does did will would can could should what how when where why
    who which me we they he she but if or so at from by as there here am an its it's i'm don't can't please order thanks hello hi good great bad very just only about up out
    get got no all one like time if when more than too works work place food movie film phone service product`.split(/\s+/),
  ),
};

/** What can be a Vietnamese syllable when its marks are left out. */
const SYLLABLE = /^(?:ngh?|nh|kh|th|tr|ph|gh|gi|qu|ch|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?$/;

/**
 * A letter that only Vietnamese has decides; else the language with more of its little words. When that tells nothing, a text of Vietnamese syllables
 * only (`banh chang ngon that vong`) is Vietnamese, any other is read as English.
 */
export function languageOf(tokens: readonly Token[]): TextLanguage {
  let vietnamese = 0;
  let english = 0;
  let foreign = false;
  for (const { kind, word, plain } of tokens) {
    if (kind !== 'word') continue;
    if (word !== plain && VIETNAMESE_LETTER.test(word)) return 'vi';
    if (SIGNS.vi.has(word)) vietnamese++;
    if (SIGNS.en.has(word)) english++;
    foreign ||= !SYLLABLE.test(word);
  }
  return vietnamese > english || (vietnamese === english && vietnamese > 0 && !foreign) ? 'vi' : 'en';
}
