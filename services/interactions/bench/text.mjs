// CPU of reading one free text: node services/interactions/bench/text.mjs   (after a build)
// Sentiment, complexity, sensitivity and their evidence; enquiries, neutral texts, and the reviews where they are there. Budget: 50 µs a message.
import { readEnquiries, readNeutral, readReviews, REVIEW_SETS } from '../../../tools/measure/text-data.mjs';
import { understandText } from '../dist/domain/text/understand-text.js';

const BUDGET_MICROSECONDS = 50;
const ROUNDS = 5;

/** @type {Record<string, string[]>} */
const sets = {
  enquiries: readEnquiries().map(({ text }) => text),
  neutral: readNeutral().map(({ text }) => text),
  ...Object.fromEntries(REVIEW_SETS.map((set) => [set.name, readReviews(set)?.map(({ text }) => text) ?? []])),
  'longest text that is accepted': Array.from({ length: 50 }, () => 'Hàng giao chậm quá, shop không trả lời. '.repeat(410)),
};

let worst = 0;
for (const [name, texts] of Object.entries(sets)) {
  if (texts.length === 0) continue;
  for (let read = 0; read < 20_000; read++) understandText((texts[read % texts.length] ?? '').slice(0, 200)); // warm
  const each = [];
  for (let round = 0; round < ROUNDS; round++) {
    const from = process.cpuUsage();
    let count = 0;
    while (count < 3_000) for (const text of texts) count += understandText(text) ? 1 : 0;
    const { user, system } = process.cpuUsage(from);
    each.push((user + system) / count);
  }
  const median = each.sort((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
  const characters = Math.round(texts.reduce((sum, { length }) => sum + length, 0) / texts.length);
  if (!name.startsWith('longest')) worst = Math.max(worst, median);
  console.log(`${name.padEnd(32)} ${String(characters).padStart(6)} characters  ${median.toFixed(1).padStart(7)} µs CPU a message`);
}
console.log(worst <= BUDGET_MICROSECONDS ? `within ${BUDGET_MICROSECONDS} µs` : `beyond ${BUDGET_MICROSECONDS} µs`);
process.exitCode = worst <= BUDGET_MICROSECONDS ? 0 : 1;
