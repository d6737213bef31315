import { beginRebuild, supersedeRebuild } from './jobs.js';
import { type EventsToProject, projectEvents } from './page.js';
import { PendingTables } from './pending-tables.js';
import type { ProjectorContext } from './projector-context.js';

/** Projects the log in pages, after the checkpoint; how depends on how far the log is ahead. */
export class LogPages {
  /** Whether timelines are filled first, since much is to be read: the tables are derived afterwards. */
  isBulk = false;

  constructor(private readonly context: ProjectorContext) {}

  /** Projects the next page; answers how many events it has. Undefined: there is none. */
  async next(): Promise<number | undefined> {
    const { context } = this;
    const { checkpoint } = context.progress;
    const head = await context.events.head();
    const isAtHead = head <= checkpoint;
    const backlog = isAtHead ? 0 : await context.events.distance(checkpoint, head);
    await this.chooseWay(backlog);
    if (isAtHead) return undefined;
    const limit = this.isBulk ? context.limits.bulkPageEvents : context.limits.pageEvents;
    const page = await context.events.readAll({ after: checkpoint, limit });
    if (page.scannedTo === checkpoint) return undefined;
    const rows = this.rowsWhen(backlog);
    if (rows === 'later') context.pending ??= PendingTables.at(context.progress.tablesAt);
    await projectEvents(context, { page, advances: true, rows });
    return page.events.length;
  }

  /** Customers' views go first while more is to be read than one small commit takes; a rebuild keeps up with every page. */
  private rowsWhen(backlog: number): EventsToProject['rows'] {
    const { pending, limits, rebuild } = this.context;
    if (this.isBulk) return 'rebuilt';
    const isBehind = pending !== undefined || backlog > limits.oneCommitEvents;
    return isBehind && rebuild === undefined ? 'later' : 'now';
  }

  /**
   * In bulk while much is to be read into little; the tables are derived as soon as the timelines are there. Tables that
   * are behind by less, since a restart, are brought up by the customers of the events between.
   */
  private async chooseWay(backlog: number): Promise<void> {
    const { context } = this;
    const { bulkPageEvents, pageEvents } = context.limits;
    const { checkpoint, counts, tablesAt } = context.progress;
    const behind = tablesAt < checkpoint;
    const was = this.isBulk;
    // Until hardly anything is left: each later page would derive again whom it touches, before the tables are there.
    this.isBulk =
      behind && was ? backlog >= Math.min(bulkPageEvents, pageEvents) : this.isMuch(backlog, counts.timeline);
    if (this.isBulk && !was) {
      await supersedeRebuild(context);
      context.persons.clear();
      context.pending = undefined;
      context.log('info', 'bulk catch-up: tables are derived when the timelines are filled', { backlog });
    }
    // They are held of as many customers as a bulk page may have.
    if (was && !this.isBulk) context.tails.forget();
    if (this.isBulk || !behind || (context.pending ?? context.rebuild) !== undefined) return;
    const gap = await context.events.distance(tablesAt, checkpoint);
    if (was || this.isMuch(gap, counts.timeline - gap)) await beginRebuild(context);
    else context.pending = PendingTables.between(tablesAt, checkpoint);
  }

  /** Whether so many events are read in bulk into so many stored ones. */
  private isMuch(events: number, stored: number): boolean {
    return events >= this.context.limits.bulkBacklog && events * 2 >= stored;
  }
}
