import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LiquidAnswer, LiquidFault, LiquidJob, LiquidLimits, LiquidSource } from './liquid-worker.js';

export interface LiquidPoolOptions {
  readonly processes?: number;
  /** After this long without an answer the process is killed. */
  readonly killAfterMs?: number;
  readonly queueMax?: number;
  /** An idle process gives its memory back after this long. */
  readonly idleMs?: number;
  readonly limits?: Partial<LiquidLimits>;
}

export type LiquidResult =
  | { readonly ok: true; readonly values: Readonly<Record<string, string>> }
  | {
      readonly ok: false;
      readonly faults: readonly (Omit<LiquidFault, 'kind'> & { readonly kind: LiquidFault['kind'] | 'killed' | 'busy' })[];
    };

interface Pending {
  readonly job: LiquidJob;
  readonly settle: (result: LiquidResult) => void;
  crashes: number;
}
interface Renderer {
  readonly child: ChildProcess;
  ready: boolean;
  pending?: Pending;
  timer: NodeJS.Timeout;
}

const LIMITS: LiquidLimits = {
  parseCharacters: 300_000,
  renderMs: 500,
  memoryUnits: 2_000_000,
  tags: 50_000,
  outputCharacters: 500_000,
  timeZone: 'Asia/Ho_Chi_Minh',
};
const HEAP_MB = 96;
const CRASHES_MAX = 2;
const START_TIMEOUT_MS = 30_000;
const WORKER = fileURLToPath(new URL(`./liquid-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url));

/**
 * Runs Liquid outside the service: one job at a time per process, a bounded queue, a bounded heap, and a deadline that is enforced by SIGKILL.
 * No template can hold the service up, fill its memory or reach its secrets.
 */
export class LiquidPool {
  private readonly renderers = new Set<Renderer>();
  private readonly queue: Pending[] = [];
  private readonly options: Required<LiquidPoolOptions>;
  private nextId = 1;
  private closed = false;

  constructor({ processes = 1, killAfterMs = 10_000, queueMax = 1_000, idleMs = 60_000, limits = {} }: LiquidPoolOptions = {}) {
    this.options = { processes, killAfterMs, queueMax, idleMs, limits };
  }

  /** Checks the syntax only. */
  check(sources: Readonly<Record<string, LiquidSource>>): Promise<LiquidResult> {
    return this.submit({ id: this.nextId++, sources });
  }

  /** `scope` is copied: plain data only. Never rejects; what went wrong is in the result. */
  render(
    sources: Readonly<Record<string, LiquidSource>>,
    scope: Readonly<Record<string, unknown>>,
    locale?: string,
  ): Promise<LiquidResult> {
    return this.submit({ id: this.nextId++, sources, scope, locale });
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const pending of this.queue.splice(0)) pending.settle(failed('busy', 'the service is stopping'));
    const ended = [...this.renderers].map(({ child }) => new Promise((resolve) => child.once('exit', resolve)));
    for (const renderer of this.renderers) this.kill(renderer, failed('busy', 'the service is stopping'));
    await Promise.all(ended);
  }

  private submit(job: LiquidJob): Promise<LiquidResult> {
    if (this.closed || this.queue.length >= this.options.queueMax)
      return Promise.resolve(failed('busy', 'too many texts are waiting to be rendered'));
    return new Promise((settle) => {
      this.queue.push({ job, settle, crashes: 0 });
      this.feed();
    });
  }

  private feed(): void {
    while (this.queue.length > 0 && !this.closed) {
      const idle =
        [...this.renderers].find(({ pending }) => !pending) ?? (this.renderers.size < this.options.processes ? this.spawn() : undefined);
      if (!idle) return;
      this.assign(idle, this.queue.shift() as Pending);
    }
  }

  private assign(renderer: Renderer, pending: Pending): void {
    renderer.pending = pending;
    renderer.child.ref();
    renderer.child.channel?.ref();
    if (renderer.ready) this.send(renderer, pending);
  }

  /** The template's time begins when there is a process for it: on a busy machine, starting one takes seconds. */
  private send(renderer: Renderer, { job }: Pending): void {
    const { killAfterMs } = this.options;
    clearTimeout(renderer.timer);
    renderer.timer = setTimeout(
      () => this.kill(renderer, failed('killed', `the template was stopped after ${killAfterMs} ms`)),
      killAfterMs,
    );
    renderer.child.send(job);
  }

  private spawn(): Renderer {
    const child = fork(WORKER, [JSON.stringify({ ...LIMITS, ...this.options.limits })], {
      execArgv: [`--max-old-space-size=${HEAP_MB}`, '--disable-warning=ExperimentalWarning'],
      serialization: 'json',
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const timer = setTimeout(() => this.kill(renderer, failed('busy', 'the process that renders did not start')), START_TIMEOUT_MS);
    const renderer: Renderer = { child, ready: false, timer };
    this.renderers.add(renderer);
    child.on('message', (answer: LiquidAnswer | 'ready') => {
      if (answer === 'ready') {
        renderer.ready = true;
        if (renderer.pending) this.send(renderer, renderer.pending);
      } else if (answer.id === renderer.pending?.job.id)
        this.finish(renderer, 'values' in answer ? { ok: true, values: answer.values } : { ok: false, faults: answer.faults });
    });
    child.on('error', () => this.lost(renderer));
    child.on('exit', () => this.lost(renderer));
    return renderer;
  }

  private finish(renderer: Renderer, result: LiquidResult): void {
    const { pending } = renderer;
    clearTimeout(renderer.timer);
    renderer.pending = undefined;
    pending?.settle(result);
    if (this.renderers.has(renderer)) {
      renderer.child.unref();
      renderer.child.channel?.unref();
      renderer.timer = setTimeout(() => this.kill(renderer), this.options.idleMs).unref();
    }
    this.feed();
  }

  private kill(renderer: Renderer, result?: LiquidResult): void {
    this.renderers.delete(renderer);
    renderer.child.kill('SIGKILL');
    this.finish(renderer, result ?? failed('killed', 'not reached'));
  }

  /** The process ended by itself: out of memory, or the machine's doing. The text gets a second process before it gets the blame, if it ever ran. */
  private lost(renderer: Renderer): void {
    if (!this.renderers.delete(renderer)) return;
    const { pending } = renderer;
    if (pending && ++pending.crashes < CRASHES_MAX && !this.closed) {
      renderer.pending = undefined;
      this.queue.unshift(pending);
    }
    this.finish(
      renderer,
      renderer.ready
        ? failed('killed', 'the template broke the process that renders it')
        : failed('busy', 'the process that renders did not start'),
    );
  }
}

function failed(kind: 'killed' | 'busy' | 'render', detail: string): LiquidResult {
  return { ok: false, faults: [{ field: '', kind, detail }] };
}
