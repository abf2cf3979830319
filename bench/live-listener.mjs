import { once } from 'node:events';
import { get } from 'node:http';

/** Listeners of the live view: each counts what it is told, and some take the time. */
export class LiveListeners {
  told = 0;
  bytes = 0;
  /** Milliseconds from when somebody was seen until those who look heard of it. @type {number[]} */
  delays = [];
  /** @type {import('node:http').IncomingMessage[]} */
  #responses = [];

  async listen(/** @type {string} */ url, /** @type {string} */ key, /** @type {boolean} */ looks) {
    const [response] = await once(get(`${url}/v1/live`, { headers: { authorization: `Bearer ${key}` }, agent: false }), 'response');
    if (response.statusCode !== 200) throw new Error(`the live view answered ${response.statusCode}`);
    let rest = '';
    response.on('data', (/** @type {Buffer} */ chunk) => {
      const now = Date.now();
      this.bytes += chunk.length;
      for (let at = chunk.indexOf('event: presence'); at >= 0; at = chunk.indexOf('event: presence', at + 1)) this.told++;
      if (!looks) return;
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines)
        if (line.startsWith('data: {"profileId"')) this.delays.push(now - Date.parse(JSON.parse(line.slice(6)).seenAt));
    });
    response.on('error', () => undefined);
    this.#responses.push(response);
  }

  reset() {
    [this.told, this.bytes, this.delays] = [0, 0, []];
  }

  /** Waits for what is still on its way, ten seconds at most. */
  async hearAll(/** @type {number} */ events) {
    for (let waited = 0; this.told < events && waited < 100; waited++) await new Promise((resolve) => setTimeout(resolve, 100));
  }

  /** The percentiles of the delays, in words. */
  get percentiles() {
    const sorted = [...this.delays].sort((a, b) => a - b);
    const at = (/** @type {number} */ share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
    return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, max ${sorted.at(-1)} ms`;
  }

  close() {
    for (const response of this.#responses) response.destroy();
  }
}
