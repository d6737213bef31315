import { projectEvents } from '../page.js';
import type { ProjectorContext } from '../projector-context.js';
import type { PartitionFeed, TakenRecords } from './partition-feed.js';
import type { ClaimedPartition } from './spread-writing.js';

/** Pages that are made again after other projectors wrote to the same customers are smaller, down to one event. */
const SMALLER = 4;

const OUTDATED = 'a newer program derives the tables: this server leaves its partitions to it';

/** Projects what the partitions of this process hold, where several processes divide them. */
export class SpreadPages {
  private limit: number;
  /** The claims of this process by partition, also those that it has lost since. */
  private readonly claimed = new Map<number, ClaimedPartition>();

  constructor(
    private readonly context: ProjectorContext,
    readonly feed: PartitionFeed,
  ) {
    this.limit = context.limits.pageEvents;
    context.leadership = () => feed.leadership;
  }

  /** A program that does not know the tables of a newer one leaves the partitions to it. */
  mayProject(): boolean {
    const { context, feed } = this;
    if (context.isOutdated === (feed.closed !== undefined)) return !context.isOutdated;
    if (context.isOutdated) {
      context.log('warn', OUTDATED, {});
      feed.close(OUTDATED);
    } else feed.reopen();
    return !context.isOutdated;
  }

  /** Claims the partitions that were assigned. False: there are none. */
  async claim(): Promise<boolean> {
    const unclaimed = this.feed.unclaimed();
    if (unclaimed.length === 0) return false;
    const claims = await this.context.spreading!.claim(unclaimed, this.feed.owner);
    for (const claim of claims) this.claimed.set(claim.partition, claim);
    this.feed.setClaimed(claims);
    const partitions = claims.map(({ partition }) => partition);
    if (claims.length > 0)
      this.context.log('info', 'partitions are projected here from now on', { partitions });
    return claims.length > 0;
  }

  /** Projects the next records; answers how many events that were. Undefined: there are none. */
  async next(): Promise<number | undefined> {
    const gap = this.feed.gap();
    if (gap !== undefined) return this.fill(gap);
    const taken = this.feed.take(this.limit);
    if (taken.length === 0) return undefined;
    const events = await this.project(taken);
    this.limit = Math.min(this.limit * 2, this.context.limits.pageEvents);
    return events;
  }

  /** Others have written to the same customers meanwhile: a smaller page is less likely to meet that again. */
  overlapped(): void {
    this.limit = Math.max(1, Math.floor(this.limit / SMALLER));
  }

  /** Gives up what was claimed, since another process has it, or whether a commit succeeded is not known. */
  release(): void {
    this.feed.release();
  }

  /** This process stops: partitions that no other has taken over are shown without an owner. */
  async leave(): Promise<void> {
    if (this.claimed.size > 0) await this.context.spreading?.leave([...this.claimed.values()]);
  }

  private async project(taken: readonly TakenRecords[]): Promise<number> {
    const { context } = this;
    const events = taken
      .flatMap((one) => one.events)
      .sort((a, b) => (a.position < b.position ? -1 : a.position > b.position ? 1 : 0));
    const advances = taken.map(({ advance }) => advance);
    await projectEvents(context, {
      page: { events, scannedTo: context.progress.checkpoint, atEnd: true },
      ...{ advances: true, rows: 'now', partitions: advances },
    });
    this.feed.advanced(advances);
    return events.length;
  }

  /**
   * Events whose records were deleted from the topic before they were projected are read from the log: all of them, since
   * it is not known how many partitions the topic had when they were sent. Those that others have projected are repeats.
   */
  private async fill({ claimed, offset }: NonNullable<ReturnType<PartitionFeed['gap']>>): Promise<number> {
    const { context } = this;
    const { partition } = claimed;
    context.log('warn', 'records were deleted before they were projected: events are read from the log', {
      partition,
    });
    const head = await context.events.head();
    const { checkpoint } = await context.stored.timelineState();
    let filled = 0;
    let state = claimed;
    for (let after = checkpoint > claimed.position ? checkpoint : claimed.position; ;) {
      const page = await context.events.readAll({ after, limit: this.limit });
      const isEnd = page.atEnd || page.scannedTo >= head;
      const last = page.scannedTo > state.position ? page.scannedTo : state.position;
      const next = { ...state, offset: isEnd ? offset : state.offset, position: last };
      await this.project([{ partition, events: page.events, advance: { ...next, from: state.offset } }]);
      filled += page.events.length;
      state = next;
      after = page.scannedTo;
      if (isEnd) break;
    }
    this.feed.filled(partition);
    return filled;
  }
}
