/**
 * What the database says, in memory: a request never waits for it, and while the database is down the last known copy goes on. A change made anywhere is
 * here after the next refresh.
 */
export class RefreshedCopy<T> {
  private copy: T | undefined;
  private timer: NodeJS.Timeout | undefined;
  private refreshing: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly read: () => Promise<T>,
    private readonly refreshMs: number,
    private readonly onError: (error: unknown) => void = () => undefined,
  ) {}

  /** undefined until the first read has succeeded. */
  get current(): T | undefined {
    return this.copy;
  }

  /** Refreshes now and from now on, until `stop`. */
  async start(): Promise<void> {
    await this.refresh();
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.start(), this.refreshMs);
    this.timer.unref();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Reads now; a failure leaves what is known. A call that comes while one is under way waits for a read that began after it. */
  async refresh(): Promise<void> {
    await this.refreshing;
    this.refreshing ??= this.readOnce().finally(() => {
      this.refreshing = undefined;
    });
    await this.refreshing;
  }

  private async readOnce(): Promise<void> {
    try {
      this.copy = await this.read();
    } catch (error) {
      this.onError(error);
    }
  }
}
