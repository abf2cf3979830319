// What the text model is measured by: reviews that are not part of the product, enquiries and neutral texts that are.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** @typedef {'odd' | 'even'} Half */
/** @typedef {{name: string, file: string, positive: string, bar: number}} ReviewSet */
/** @typedef {{positive: boolean, text: string, half: Half}} Review */
/** @typedef {{language: string, trade: string, complexity: string, sensitivity: string, text: string, half: Half}} Enquiry */

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

/** Beside the repository; another place by MEASURE_DATA. */
export const dataFolder = () => process.env.MEASURE_DATA ?? here('../../../shared/data');

/** Sets of reviews with a binary label. `positive` is the label's word for praise. @type {readonly ReviewSet[]} */
export const REVIEW_SETS = [
  { name: 'Vietnamese reviews', file: 'aivivn-2019-reviews-half.tsv.gz', positive: '0', bar: 0.82 },
  { name: 'English reviews', file: 'sentiment-labelled-sentences-half.tsv.gz', positive: '1', bar: 0.8 },
];

/** The first row after the header is number 1: even rows are for tuning, odd ones for the report. @param {number} index @returns {Half} */
const half = (index) => ((index + 1) % 2 === 0 ? 'even' : 'odd');

/** The cells of each row after the header. @param {string} text */
const rowsOf = (text) =>
  text
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));

/** @param {Pick<ReviewSet, 'file' | 'positive'>} set @returns {Review[] | undefined} undefined where the file is not */
export function readReviews({ file, positive }) {
  const path = `${dataFolder()}/${file}`;
  if (!existsSync(path)) return undefined;
  return rowsOf(gunzipSync(readFileSync(path)).toString('utf8')).map(([, label, text = ''], index) => ({
    positive: label === positive,
    text,
    half: half(index),
  }));
}

/** @returns {Enquiry[]} */
export const readEnquiries = (file = 'enquiries.tsv') =>
  rowsOf(readFileSync(here(file), 'utf8')).map(([language = '', trade = '', complexity = '', sensitivity = '', text = ''], index) => ({
    language,
    trade,
    complexity,
    sensitivity,
    text,
    half: half(index),
  }));

/** @returns {Pick<Enquiry, 'language' | 'text'>[]} */
export const readNeutral = () =>
  rowsOf(readFileSync(here('neutral.tsv'), 'utf8')).map(([language = '', text = '']) => ({ language, text }));
