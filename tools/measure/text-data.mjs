// What the text model is measured by: reviews that are not part of the product, enquiries and neutral texts that are.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Beside the repository; another place by MEASURE_DATA. */
export const dataFolder = () => process.env.MEASURE_DATA ?? here('../../../shared/data');

/** Sets of reviews with a binary label. `positive` is the label's word for praise. */
export const REVIEW_SETS = [
  { name: 'Vietnamese reviews', file: 'aivivn-2019-reviews-half.tsv.gz', positive: '0', bar: 0.82 },
  { name: 'English reviews', file: 'sentiment-labelled-sentences-half.tsv.gz', positive: '1', bar: 0.8 },
];

/** The first row after the header is number 1: even rows are for tuning, odd ones for the report. */
const half = (index) => ((index + 1) % 2 === 0 ? 'even' : 'odd');

const rowsOf = (text) =>
  text
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));

/** `[{positive, text, half}]`, or undefined where the file is not. */
export function readReviews({ file, positive }) {
  const path = `${dataFolder()}/${file}`;
  if (!existsSync(path)) return undefined;
  return rowsOf(gunzipSync(readFileSync(path)).toString('utf8')).map(([, label, text], index) => ({
    positive: label === positive,
    text,
    half: half(index),
  }));
}

/** `[{language, trade, complexity, sensitivity, text, half}]` */
export const readEnquiries = (file = 'enquiries.tsv') =>
  rowsOf(readFileSync(here(file), 'utf8')).map(([language, trade, complexity, sensitivity, text], index) => ({
    language,
    trade,
    complexity,
    sensitivity,
    text,
    half: half(index),
  }));

/** `[{language, text}]` */
export const readNeutral = () => rowsOf(readFileSync(here('neutral.tsv'), 'utf8')).map(([language, text]) => ({ language, text }));
