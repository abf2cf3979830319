// What the person at the terminal sees. Whole lines only, so that it reads the same in a log.
const FIRST_NOTE_MS = 2_000;
const NEXT_NOTE_MS = 5_000;

const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(1)} s`;

export function say(/** @type {string} */ text) {
  process.stdout.write(`${text}\n`);
}

/**
 * Runs one step of the work, and says so: while it takes longer than 2 s, and when it is done.
 * @template T
 * @param {string} title what is being done: `building`
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const from = performance.now();
  const note = () => {
    say(`  … ${title}, ${Math.round((performance.now() - from) / 1000)} s so far`);
    timer = setTimeout(note, NEXT_NOTE_MS);
  };
  let timer = setTimeout(note, FIRST_NOTE_MS);
  try {
    const result = await work();
    say(`  ✓ ${title}, ${seconds(performance.now() - from)}`);
    return result;
  } catch (error) {
    say(`  ✗ ${title}, ${seconds(performance.now() - from)}`);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
