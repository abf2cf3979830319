// npm run measure -- sentiment | matter | explain <text>: the text model against people's labels, and what it sees in a text (docs/text-model.md).
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { printable } from './confusion.mjs';
import { scoreEnquiries, scoreReviews } from './score-text-model.mjs';
import { dataFolder, REVIEW_SETS } from './text-data.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** @import {UnderstandText} from './score-text-model.mjs' */

const LANGUAGES = /** @type {const} */ ([
  ['vi', 'Vietnamese'],
  ['en', 'English'],
]);

async function model() {
  execFileSync(process.execPath, ['node_modules/typescript-7/bin/tsc', '-b', 'services/interactions'], { cwd: ROOT, stdio: 'inherit' });
  return (await import('../../services/interactions/dist/domain/text/understand-text.js')).understandText;
}

/** @type {Record<string, (understandText: UnderstandText, words: string[]) => void>} */
const MEASURES = {
  sentiment(understandText) {
    for (const set of REVIEW_SETS) {
      for (const half of /** @type {const} */ (['odd', 'even'])) {
        const scored = scoreReviews(understandText, set, half);
        if (scored === undefined) console.log(`${set.name}: ${set.file} is not in ${dataFolder()} (MEASURE_DATA names another place)`);
        else
          console.log(
            `${set.name}, ${half} rows (${half === 'odd' ? 'held out' : 'tuned on'})\n${printable(scored, ['positive', 'negative'])}`,
          );
        if (scored === undefined) break;
      }
    }
  },
  matter(understandText) {
    /** @param {string} name @param {ReturnType<typeof scoreEnquiries>} scored */
    const print = (name, { complexity, sensitivity }) => {
      console.log(`${name}: complexity\n${printable(complexity, ['simple', 'guided', 'complex', 'unknown'])}`);
      console.log(`${name}: sensitivity\n${printable(sensitivity, ['normal', 'sensitive'])}`);
    };
    for (const [language, name] of LANGUAGES) {
      print(`${name} enquiries, odd rows (held out)`, scoreEnquiries(understandText, { language, half: 'odd' }));
      print(`${name} enquiries, even rows (tuned on)`, scoreEnquiries(understandText, { language, half: 'even' }));
      print(`${name} enquiries written after the tables`, scoreEnquiries(understandText, { file: 'later-enquiries.tsv', language }));
    }
  },
  explain(understandText, words) {
    console.log(JSON.stringify(understandText(words.join(' ')), undefined, 2));
  },
};

const [name = '', ...words] = process.argv.slice(2);
const measure = Object.hasOwn(MEASURES, name) ? MEASURES[name] : undefined;
if (measure === undefined) {
  console.error('npm run measure -- sentiment | matter | explain <text>');
  process.exitCode = 2;
} else measure(await model(), words);
