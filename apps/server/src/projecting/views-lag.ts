import { START } from '#event-sourcing';
import type { Position } from '#event-sourcing';

interface KnownHead {
  readonly position: Position;
  /** When the log was known to end there, ms. */
  readonly at: number;
}

/** Heads are remembered this far apart (ms), and this many of them: the age of a lag is exact to about a second. */
const APART = 1_000;
const REMEMBERED = 1_000;

/** How far the views are behind the log in time, told from when positions were appended and when they were reached. */
export class ViewsLag {
  /** Ascending; only those that the views have not reached. */
  private heads: KnownHead[] = [];
  private latest: KnownHead | undefined;
  private position = START;
  private movedAt: number;

  constructor(private readonly now: () => number = Date.now) {
    this.movedAt = now();
  }

  /** The log ends there by now. */
  appended(position: Position): void {
    if (position <= this.position || position <= (this.latest?.position ?? START)) return;
    const last = this.heads.at(-1);
    this.latest = { position, at: this.now() };
    if (last === undefined || this.latest.at - last.at >= APART) this.heads.push(this.latest);
    if (this.heads.length > REMEMBERED) this.heads = this.heads.filter((_, i) => i === 0 || i % 2 === 1);
  }

  /** The views have come there. */
  reached(position: Position): void {
    if (position <= this.position) return;
    this.position = position;
    this.movedAt = this.now();
    const first = this.heads.findIndex((head) => head.position > position);
    this.heads = first === -1 ? [] : this.heads.slice(first);
    if (first === -1 && this.latest !== undefined && this.latest.position > position)
      this.heads = [this.latest];
  }

  /** Seconds since the oldest event was appended that the views do not show; 0 where there is none. */
  get secondsBehind(): number {
    const oldest = this.heads[0];
    return oldest === undefined ? 0 : (this.now() - oldest.at) / 1000;
  }

  /** Seconds for which the views have not moved though there was something to do. */
  get secondsStalled(): number {
    return Math.min(this.secondsBehind, (this.now() - this.movedAt) / 1000);
  }
}
