import { describe, expect, it } from '@jest/globals';
import { ReadGroups } from './read-groups.js';

/** Somebody who answers a group when the test says so. */
function answering(limits = { groupMax: 4, waitMsMax: 10_000 }) {
  const groups: { questions: readonly number[]; answer: () => void; fail: (error: Error) => void }[] = [];
  const reads = new ReadGroups<number, string>(
    (questions) =>
      new Promise((resolve, reject) => {
        groups.push({ questions, answer: () => resolve(questions.map((question) => `a${question}`)), fail: reject });
      }),
    limits,
  );
  return { reads, groups, seen: () => groups.map(({ questions }) => questions) };
}
const soon = (ms = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('reads that come together', () => {
  it('go at once when nothing is under way, and otherwise together when it is done', async () => {
    const { reads, groups, seen } = answering();
    const answers = [1, 2, 3].map((question) => reads.ask(question));
    expect(seen()).toEqual([[1]]);
    groups[0]!.answer();
    expect(await answers[0]).toBe('a1');
    await soon();
    expect(seen()).toEqual([[1], [2, 3]]);
    groups[1]!.answer();
    expect(await Promise.all(answers)).toEqual(['a1', 'a2', 'a3']);
    await soon();
    void reads.ask(4);
    expect(seen()).toHaveLength(3);
  });

  it('do not wait for a slow group longer than they must, nor when they are many', async () => {
    const { reads, seen } = answering({ groupMax: 4, waitMsMax: 20 });
    for (const question of [1, 2, 3]) void reads.ask(question);
    await soon(60);
    expect(seen()).toEqual([[1], [2, 3]]);
    // by now nothing is waited for: one goes, and four are a group that is full
    for (const question of [4, 5, 6, 7, 8]) void reads.ask(question);
    expect(seen().slice(2)).toEqual([[4], [5, 6, 7, 8]]);
  });

  it('fail together, and the next ones go on', async () => {
    const { reads, groups } = answering();
    const [first, second] = [reads.ask(1), reads.ask(2)];
    groups[0]!.fail(new Error('down'));
    await expect(first).rejects.toThrow('down');
    await soon();
    groups[1]!.answer();
    expect(await second).toBe('a2');
  });

  it('are never left without an answer', async () => {
    const short = new ReadGroups<number, string>(() => Promise.resolve([]), { groupMax: 4, waitMsMax: 10 });
    await expect(short.ask(1)).rejects.toThrow('1 questions, 0 answers');
  });
});
