import { describe, expect, it } from '@jest/globals';
import { understandText } from '../../services/interactions/src/domain/text/understand-text.js';
import { scoreEnquiries, scoreReviews } from './score-text-model.mjs';
import { dataFolder, readNeutral, REVIEW_SETS } from './text-data.mjs';

describe('the text model, held-out rows', () => {
  for (const set of REVIEW_SETS) {
    const scored = scoreReviews(understandText, set, 'odd');
    if (scored === undefined) it.skip(`${set.name}: ${set.file} is not in ${dataFolder()} (MEASURE_DATA names another place)`, () => {});
    else it(`${set.name}: accuracy is at least ${set.bar}`, () => expect(scored.accuracy).toBeGreaterThanOrEqual(set.bar));
  }

  it.each(['vi', 'en'])('enquiries in %s: complexity and sensitivity agree with the labels', (language) => {
    const { complexity, sensitivity } = scoreEnquiries(understandText, { language, half: 'odd' });
    expect(complexity.n).toBeGreaterThanOrEqual(75);
    expect(complexity.accuracy).toBeGreaterThanOrEqual(0.9);
    expect(sensitivity.accuracy).toBeGreaterThanOrEqual(0.9);
  });
});

describe('neutral texts', () => {
  const neutral = readNeutral();

  it('are at least 60, in both languages', () => {
    for (const language of ['vi', 'en']) expect(neutral.filter((one) => one.language === language).length).toBeGreaterThanOrEqual(30);
  });

  it.each(neutral)('$text', ({ text }) => expect(Math.abs(understandText(text).sentiment ?? 0)).toBeLessThanOrEqual(0.2));
});
