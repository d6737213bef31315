/** Waiting that ends early: when woken, or when a signal aborts. A call to wake before the wait is not lost. */
export class Wakener {
  private woken = false;
  private end: (() => void) | undefined;

  wake(): void {
    this.woken = true;
    this.end?.();
  }

  /** Waits until woken, aborted, or so many ms have passed. */
  async wait(millis: number, signal: AbortSignal): Promise<void> {
    if (!this.woken) await this.sleep(millis, signal, true);
    this.woken = false;
  }

  /** Waits without being woken. */
  async pause(millis: number, signal: AbortSignal): Promise<void> {
    await this.sleep(millis, signal, false);
  }

  private async sleep(millis: number, signal: AbortSignal, wakeable: boolean): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.end = undefined;
        resolve();
      };
      const timer = setTimeout(done, millis);
      signal.addEventListener('abort', done, { once: true });
      if (wakeable) this.end = done;
    });
  }
}
