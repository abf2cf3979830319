// How far the text model agrees with people. The model comes in as a function, so that tests measure its sources and the command its build.
import { confusion } from './confusion.mjs';
import { readEnquiries, readReviews } from './text-data.mjs';

/** @import {Confusion} from './confusion.mjs' */
/** @import {Half, ReviewSet} from './text-data.mjs' */
/** @typedef {typeof import('../../services/interactions/dist/domain/text/understand-text.js').understandText} UnderstandText */

/** The binary rule: below 0 is a bad review; 0 and above, and a text that says nothing measurable, is no bad one. @param {number | undefined} sentiment */
export const toneOf = (sentiment) => ((sentiment ?? 0) < 0 ? 'negative' : 'positive');

/**
 * The confusion of one half of a set of reviews.
 * @param {UnderstandText} understandText @param {ReviewSet} set @param {Half} half
 * @returns {Confusion | undefined} undefined where the set is not on this machine
 */
export function scoreReviews(understandText, set, half) {
  const reviews = readReviews(set);
  if (reviews === undefined) return undefined;
  return confusion(
    reviews
      .filter((review) => review.half === half)
      .map(({ positive, text }) => [positive ? 'positive' : 'negative', toneOf(understandText(text).sentiment)]),
  );
}

/**
 * What the text does not tell is `unknown`; not sensitive is `normal`.
 * @param {UnderstandText} understandText
 * @param {{file?: string, language?: string, half?: Half}} which all of them where nothing is said
 * @returns {{complexity: Confusion, sensitivity: Confusion}}
 */
export function scoreEnquiries(understandText, { file, language, half }) {
  const read = readEnquiries(file)
    .filter((enquiry) => (language === undefined || enquiry.language === language) && (half === undefined || enquiry.half === half))
    .map((enquiry) => ({ enquiry, answer: understandText(enquiry.text) }));
  return {
    complexity: confusion(read.map(({ enquiry, answer }) => [enquiry.complexity, answer.complexity ?? 'unknown'])),
    sensitivity: confusion(read.map(({ enquiry, answer }) => [enquiry.sensitivity, answer.sensitivity ?? 'normal'])),
  };
}
