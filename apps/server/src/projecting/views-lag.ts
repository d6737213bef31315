import { START } from '#event-sourcing';
import type { Position } from '#event-sourcing';

interface KnownHead {
  readonly position: Position;
  /** When this end of the log was seen, ms. */
  readonly at: number;
}

/** Heads are sampled at this interval (ms), and at most this many are kept: the lag is exact to about a second. */
const APART = 1_000;
const REMEMBERED = 1_000;

/** The lag of the views in seconds, from the times at which positions were appended and reached. */
export class ViewsLag {
  /** Ascending; only those that the views have not reached. */
  private heads: KnownHead[] = [];
  private latest: KnownHead | undefined;
  private position = START;
  private movedAt: number;

  constructor(private readonly now: () => number = Date.now) {
    this.movedAt = now();
  }

  /** Notes a new end of the log. */
  appended(position: Position): void {
    if (position <= this.position || position <= (this.latest?.position ?? START)) return;
    const last = this.heads.at(-1);
    this.latest = { position, at: this.now() };
    if (last === undefined || this.latest.at - last.at >= APART) this.heads.push(this.latest);
    if (this.heads.length > REMEMBERED) this.heads = this.heads.filter((_, i) => i === 0 || i % 2 === 1);
  }

  /** Notes that the views have reached a position. */
  reached(position: Position): void {
    if (position <= this.position) return;
    this.position = position;
    this.movedAt = this.now();
    const first = this.heads.findIndex((head) => head.position > position);
    this.heads = first === -1 ? [] : this.heads.slice(first);
    if (first === -1 && this.latest !== undefined && this.latest.position > position)
      this.heads = [this.latest];
  }

  /** Age in seconds of the oldest event that the views do not show; 0 where there is none. */
  get secondsBehind(): number {
    const oldest = this.heads[0];
    return oldest === undefined ? 0 : (this.now() - oldest.at) / 1000;
  }

  /** Seconds without progress while events were waiting. */
  get secondsStalled(): number {
    return Math.min(this.secondsBehind, (this.now() - this.movedAt) / 1000);
  }
}
