import type { Dispatcher } from 'undici';

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface ExchangeLimits {
  /** From now to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly bytesMax: number;
}

/**
 * One request and its answer on undici's bare interface: a reader who waits for several services wants the text, and neither a stream nor abort signals
 * for each of them.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  /** Rejects with what went wrong; with an error named `TimeoutError` when it took too long. */
  readonly answered: Promise<Answered>;
  private readonly chunks: Buffer[] = [];
  private readonly timer: NodeJS.Timeout;
  private controller: Dispatcher.DispatchController | undefined;
  private bytes = 0;
  private status = 0;
  private headers: Readonly<Record<string, string>> = {};
  private resolve!: (answered: Answered) => void;
  private reject!: (error: Error) => void;
  private failure: Error | undefined;

  constructor(private readonly limits: ExchangeLimits) {
    this.answered = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.timer = setTimeout(() => this.fail(tooLate(limits.timeoutMs)), limits.timeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.failure) controller.abort(this.failure);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: RawHeaders): void {
    this.status = status;
    this.headers = single(headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > this.limits.bytesMax) this.fail(new RangeError(`the answer is larger than ${this.limits.bytesMax} bytes`));
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    clearTimeout(this.timer);
    const bytes = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks, this.bytes);
    this.resolve({ status: this.status, headers: this.headers, text: bytes.toString('utf8') });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }

  /** Also before the request has a connection: then it is dropped when its turn comes. */
  private fail(error: Error): void {
    if (this.failure) return;
    this.failure = error;
    clearTimeout(this.timer);
    this.reject(error);
    this.controller?.abort(error);
  }
}

type RawHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A header that came several times is one. */
export function single(headers: RawHeaders): Record<string, string> {
  const all: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) all[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return all;
}

function tooLate(timeoutMs: number): Error {
  const error = new Error(`no answer within ${timeoutMs} ms`);
  error.name = 'TimeoutError';
  return error;
}
