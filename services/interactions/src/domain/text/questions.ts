import type { Token } from './tokenise.js';

/** A Vietnamese sentence that ends so asks, with or without its mark: `còn hàng không ạ`. */
const ASKING_ENDS = new Set(['không', 'chưa', 'hả', 'nhỉ', 'khong', 'chua', 'hong', 'à']);
/** What may still follow: politeness and whom it is said to. */
const PARTICLES = new Set('ạ a ah shop vậy em ad bạn ban mình minh anh chị chi ơi oi vay nhé nhỉ thế the hả cậu sop ta rồi'.split(' '));
const PARTICLES_MAX = 3;

/** @param from, to the sentence's tokens, without its end */
export function endsAsking(tokens: readonly Token[], from: number, to: number): boolean {
  let at = to - 1;
  for (let skipped = 0; at > from && skipped < PARTICLES_MAX; skipped++) {
    const word = tokens[at]?.word ?? '';
    if (!PARTICLES.has(word) || ASKING_ENDS.has(word)) break;
    at--;
  }
  return at > from && ASKING_ENDS.has(tokens[at]?.word ?? '');
}
