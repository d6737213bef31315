/** Waits between attempts, ms: doubled from the first to the longest until an attempt works. */
export class Backoff {
  private failures = 0;

  constructor(
    private readonly first = 100,
    private readonly longest = 10_000,
  ) {}

  /** The wait after one more failure. */
  next(): number {
    return Math.min(this.first * 2 ** this.failures++, this.longest);
  }

  /** An attempt worked. */
  reset(): void {
    this.failures = 0;
  }
}
