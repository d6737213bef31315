import type { JudgedCut } from './power-cut-test.js';

/** What all cuts of a run came to. */
export class CutSum {
  done = 0;
  lost = 0;
  private acknowledged = 0;
  private duplicated = 0;
  private unopened = 0;
  private found = 0;
  private putBack = 0;

  /** `wrong`: what was found wrong without a cut. */
  constructor(private wrong: number) {}

  add({ cut, verdict }: JudgedCut): void {
    this.done++;
    this.acknowledged += verdict.acknowledged;
    this.lost += verdict.lost;
    this.duplicated += verdict.duplicated;
    this.unopened += verdict.unopened;
    this.wrong += verdict.wrong.length;
    this.found += verdict.unacknowledgedFound;
    this.putBack += Number(cut.putBack);
  }

  get isGood(): boolean {
    return this.lost + this.duplicated + this.unopened + this.wrong === 0;
  }

  text(seconds: string): string {
    return (
      `${this.done} cuts (${this.putBack} with the log put back) in ${seconds} s: acknowledged ${this.acknowledged}, ` +
      `lost ${this.lost}, duplicated ${this.duplicated}, not to be opened ${this.unopened}, otherwise wrong ${this.wrong}; ` +
      `events found without having been acknowledged ${this.found}`
    );
  }
}
