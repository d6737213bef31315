/** Closes the parts that were opened, in the reverse order. */
export class Closing {
  private readonly steps: (() => unknown)[] = [];

  /** Registers how to close a part, and returns the part. */
  add<T>(part: T, close: (part: T) => unknown): T {
    this.steps.push(() => close(part));
    return part;
  }

  /** The same for a part that is still being opened. */
  async opened<T>(part: Promise<T>, close: (part: T) => unknown): Promise<T> {
    return this.add(await part, close);
  }

  /** Does work again and again, `millis` apart, until the parts are closed; it must not reject. */
  every(millis: number, work: () => Promise<unknown>): void {
    this.add(setInterval(() => void work(), millis).unref(), clearInterval);
  }

  /** Closes all parts, also when closing one of them fails; throws the first failure at the end. */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.steps.pop(); step !== undefined; step = this.steps.pop()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

/** Waits for all promises even if one rejects, so that nothing is left half open; then throws the first error. */
export async function allOpened<T extends readonly unknown[]>(parts: {
  [K in keyof T]: Promise<T[K]>;
}): Promise<T> {
  const outcomes = await Promise.allSettled(parts);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<unknown>).value) as unknown as T;
}
