import { Logger } from '@nestjs/common';
import { START } from '#event-sourcing';
import type { Position } from '#event-sourcing';
import { SupervisedWorker } from '#threads';
import type { JobRecord, ProjectorStatus, RebuildEstimate } from '#projector';
import type { CustomerRef } from '#views';
import { PositionWaiters } from './position-waiters.js';
import { ViewsLag } from './views-lag.js';
import type { ProjectingMethods, ProjectingNotice, ProjectingWorkerData } from './projecting.worker.js';

const logger = new Logger('Projecting');

/** The thread that folds events into views, as the rest of the server sees it. */
export class ProjectingThread {
  private thread!: SupervisedWorker<ProjectingMethods>;
  private readonly waiters = new PositionWaiters();
  /** How far the views are behind the log in time. */
  readonly lag = new ViewsLag();

  private constructor() {}

  static async start(
    data: ProjectingWorkerData,
    onTrouble: (what: string, reason: Error) => void,
  ): Promise<ProjectingThread> {
    const projecting = new ProjectingThread();
    projecting.thread = await SupervisedWorker.start<ProjectingMethods>({
      name: 'projecting thread',
      file: new URL('./projecting.worker.js', import.meta.url),
      data,
      onTrouble,
      onNotice: (notice: ProjectingNotice) => projecting.hear(notice),
    });
    return projecting;
  }

  get isThere(): boolean {
    return this.thread.isThere;
  }

  /** The position up to which every view has been committed. */
  get position(): Position {
    return this.waiters.reached;
  }

  /** Resolves when the views have reached the position; throws `position-not-reached` after this time, ms. */
  reached(position: Position, deadlineMillis: number): Promise<void> {
    return position <= START ? Promise.resolve() : this.waiters.wait(position, deadlineMillis);
  }

  /** Tells of a new head of the log. */
  wake(head: Position): void {
    this.lag.appended(head);
    // A thread that is just starting again reads the head by itself.
    this.thread.call('wake', head).catch(() => undefined);
  }

  status(): Promise<ProjectorStatus> {
    return this.thread.call('status', undefined);
  }

  /** Begins to derive all tables anew, beside those that are read. */
  rebuild(): Promise<JobRecord> {
    return this.thread.call('rebuild', undefined);
  }

  /** What a rebuild would have to do. */
  estimate(): Promise<RebuildEstimate> {
    return this.thread.call('estimate', undefined);
  }

  /** Ends a rebuild that is under way. Throws `unknown-job`, `job-needed`. */
  cancel(job: number): Promise<void> {
    return this.thread.call('cancel', job);
  }

  /** Derives a customer again from the log. */
  mend(customer: CustomerRef): Promise<void> {
    return this.thread.call('mend', customer);
  }

  /** Tries again what could not be projected; answers how many customers were tried. */
  retry(): Promise<number> {
    return this.thread.call('retry', undefined);
  }

  /** Lets the batch under way be committed, then ends the thread. */
  async stop(deadlineMillis: number): Promise<void> {
    await this.thread.call('stop', undefined, deadlineMillis).catch(() => undefined);
    await this.thread.stop();
  }

  private hear(notice: ProjectingNotice): void {
    if (notice.kind === 'committed') {
      this.lag.reached(notice.position);
      return this.waiters.reach(notice.position);
    }
    const { level, message, fields } = notice;
    if (level === 'info') logger.log({ message, ...fields });
    else logger[level]({ message, ...fields });
  }
}
