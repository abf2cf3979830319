// Load on one HTTP door over plain sockets: the generator shares the machine with what it measures, so it does as little as it can. HTTP/1.1, keep-alive,
// one request under way per connection; answers are told apart by their status line and content-length only.
import { connect } from 'node:net';

/** One request as bytes. */
export function requestOf(/** @type {URL} */ url, /** @type {Record<string, string>} */ headers, /** @type {string} */ body) {
  const head = Object.entries({
    host: url.host,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  });
  return Buffer.from(`POST ${url.pathname} HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`);
}

/** A connection with at most one request under way. */
export class Line {
  /** @type {((status: number) => void) | undefined} */
  #answered;
  #answer = '';

  constructor(/** @type {URL} */ url) {
    this.socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
    this.socket.setEncoding('latin1');
    this.socket.on('data', (chunk) => this.#read(String(chunk)));
    this.socket.on('error', () => this.#finish(0));
    this.socket.on('close', () => this.#finish(0));
  }

  /** Whether a request can be sent: a server closes a connection that was idle for some seconds. */
  get open() {
    return !this.socket.destroyed && !this.socket.readableEnded;
  }

  /** @returns {Promise<number>} the status; 0 when the connection broke */
  send(/** @type {Buffer} */ request) {
    if (!this.open) return Promise.resolve(0);
    return new Promise((resolve) => {
      this.#answered = resolve;
      this.socket.write(request);
    });
  }

  #read(/** @type {string} */ chunk) {
    this.#answer += chunk;
    const end = this.#answer.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = /content-length: (\d+)/i.exec(this.#answer.slice(0, end));
    if (this.#answer.length < end + 4 + Number(length?.[1] ?? 0)) return;
    const status = Number(this.#answer.slice(9, 12));
    this.#answer = '';
    this.#finish(status);
  }

  #finish(/** @type {number} */ status) {
    const answered = this.#answered;
    this.#answered = undefined;
    answered?.(status);
  }
}

/** How often the end of the last answers is looked for. */
const TAIL_MS = 10;

/** @typedef {{sent: number, ok: number, refused: Record<number, number>, seconds: number, p50: number, p99: number, max: number}} LoadResult latencies in ms */

/**
 * As much as `connections` lines carry: each sends its next request when the last was answered.
 * @param {{url: URL, connections: number, seconds: number, next: () => Buffer}} options @returns {Promise<LoadResult>}
 */
export async function flood({ url, connections, seconds, next }) {
  const tally = new Tally();
  const until = performance.now() + seconds * 1000;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const line = new Line(url);
      while (performance.now() < until) {
        const from = performance.now();
        if (!tally.count(await line.send(next()), performance.now() - from)) break;
      }
      line.socket.destroy();
    }),
  );
  return tally.result();
}

/**
 * `rate` requests a second, whatever the answers do: a latency counts from the moment at which the request was due, so that a stall is seen by
 * all the requests that it held up.
 * @param {{url: URL, connections: number, seconds: number, rate: number, next: () => Buffer}} options @returns {Promise<LoadResult>}
 */
export async function pace({ url, connections, seconds, rate, next }) {
  const tally = new Tally();
  const idle = Array.from({ length: connections }, () => new Line(url));
  const lines = new Set(idle);
  const from = performance.now();
  const total = Math.round(seconds * rate);
  /** @type {number[]} */
  const late = [];
  let begun = 0;
  let ended = 0;
  const dueAt = (/** @type {number} */ index) => from + (index * 1000) / rate;
  const run = async (/** @type {Line} */ line, /** @type {number} */ due) => {
    tally.count(await line.send(next()), performance.now() - due);
    ended++;
    idle.push(line);
    const waiting = late.shift();
    if (waiting !== undefined) void run(/** @type {Line} */ (free()), waiting);
  };
  // the server closes a line that was not used for some seconds, and the last ones of the list hardly ever are
  const free = () => {
    const line = idle.pop();
    if (line === undefined || line.open) return line;
    lines.delete(line);
    const fresh = new Line(url);
    lines.add(fresh);
    return fresh;
  };
  while (ended < total && performance.now() < from + seconds * 1000 + 10_000) {
    for (; begun < total && dueAt(begun) <= performance.now(); begun++) {
      const line = free();
      if (line) void run(line, dueAt(begun));
      else late.push(dueAt(begun));
    }
    // nothing has to be done before the next one is due: a loop that looks every millisecond costs as much as the requests themselves
    const restMs = begun < total ? dueAt(begun) - performance.now() : TAIL_MS;
    await new Promise((resolve) => setTimeout(resolve, Math.max(1, restMs)));
  }
  for (const line of lines) line.socket.destroy();
  return tally.result();
}

class Tally {
  /** @type {number[]} */
  #latencies = [];
  /** @type {Record<number, number>} */
  #refused = {};
  #ok = 0;
  #from = performance.now();

  /** @returns {boolean} whether the line can go on */
  count(/** @type {number} */ status, /** @type {number} */ latencyMs) {
    this.#latencies.push(latencyMs);
    if (status >= 200 && status < 300) this.#ok++;
    else this.#refused[status] = (this.#refused[status] ?? 0) + 1;
    return status !== 0;
  }

  /** @returns {LoadResult} */
  result() {
    const sorted = Float64Array.from(this.#latencies).sort();
    const at = (/** @type {number} */ share) =>
      Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 100) / 100;
    return {
      sent: sorted.length,
      ok: this.#ok,
      refused: this.#refused,
      seconds: (performance.now() - this.#from) / 1000,
      p50: at(0.5),
      p99: at(0.99),
      max: at(1),
    };
  }
}
