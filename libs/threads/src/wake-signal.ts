/** A wait that can be ended early, by `wake` or by an AbortSignal. A wake before the wait is not lost. */
export class WakeSignal {
  private woken = false;
  private end: (() => void) | undefined;

  wake(): void {
    this.woken = true;
    this.end?.();
  }

  /** Waits until woken, aborted, or `millis` have passed. */
  async wait(millis: number, signal?: AbortSignal): Promise<void> {
    if (!this.woken) await this.sleep(millis, signal, true);
    this.woken = false;
  }

  /** Waits until aborted or `millis` have passed, whether woken or not. */
  async pause(millis: number, signal?: AbortSignal): Promise<void> {
    await this.sleep(millis, signal, false);
  }

  private async sleep(millis: number, signal: AbortSignal | undefined, wakeable: boolean): Promise<void> {
    if (signal?.aborted === true) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        this.end = undefined;
        resolve();
      };
      const timer = setTimeout(done, millis);
      signal?.addEventListener('abort', done, { once: true });
      if (wakeable) this.end = done;
    });
  }
}
