const WIDTH = 30;
const EVERY_MS = 200;
const LINE_EVERY_MS = 10_000;

/** A bar with the rate over the last moments; in a log file, a line every ten seconds. */
export class ProgressBar {
  #started = performance.now();
  #shownAt = 0;
  #last = { at: performance.now(), done: 0, rate: 0 };

  /** @param {number} total */
  constructor(total) {
    this.total = total;
  }

  /** @param {number} done */
  show(done) {
    const now = performance.now();
    if (now - this.#shownAt < (process.stdout.isTTY ? EVERY_MS : LINE_EVERY_MS)) return;
    this.#shownAt = now;
    if (now - this.#last.at > 1_000) this.#last = { at: now, done, rate: ((done - this.#last.done) * 1000) / (now - this.#last.at) };
    this.#print(done, this.#last.rate);
  }

  /** @param {number} done */
  end(done) {
    this.#print(done, (done * 1000) / (performance.now() - this.#started));
    if (process.stdout.isTTY) process.stdout.write('\n');
  }

  #print(/** @type {number} */ done, /** @type {number} */ rate) {
    const share = this.total === 0 ? 1 : done / this.total;
    const filled = Math.round(share * WIDTH);
    const text = `[${'█'.repeat(filled)}${'·'.repeat(WIDTH - filled)}] ${(share * 100).toFixed(1)}% ${done}/${this.total} ${Math.round(rate)}/s`;
    process.stdout.write(process.stdout.isTTY ? `\r${text}  ` : `${text}\n`);
  }
}
