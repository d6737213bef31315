import { Logger } from '@nestjs/common';
import type { Position } from '#event-sourcing';
import { SupervisedWorker } from '#threads';
import type { JobRecord, ProjectorStatus, RebuildEstimate } from '#projector';
import type { CustomerRef } from '#views';
import type { ProjectingMethods, ProjectingNotice, ProjectingWorkerData } from './projecting.worker.js';
import { ViewsProgress } from './views-progress.js';

const logger = new Logger('Projecting');

/** The projecting thread, as the rest of the server uses it. */
export class ProjectingThread extends ViewsProgress {
  private thread!: SupervisedWorker<ProjectingMethods>;
  private consuming: boolean;

  private constructor({ spread }: ProjectingWorkerData) {
    super();
    this.consuming = spread === undefined;
  }

  static async start(
    data: ProjectingWorkerData,
    onTrouble: (what: string, reason: Error) => void,
  ): Promise<ProjectingThread> {
    const projecting = new ProjectingThread(data);
    projecting.thread = await SupervisedWorker.start<ProjectingMethods>({
      name: 'projecting thread',
      file: new URL('./projecting.worker.js', import.meta.url),
      data,
      onTrouble,
      onNotice: (notice: ProjectingNotice) => projecting.hear(notice),
    });
    return projecting;
  }

  override get works(): boolean {
    return this.thread.isThere;
  }

  override get trouble(): string | undefined {
    return this.consuming ? undefined : 'projecting (no partitions of cx.recorded are consumed)';
  }

  override wake(head: Position): void {
    this.appended(head);
    // A thread that is being restarted reads the head itself.
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

  /** Ends a running rebuild. Throws `unknown-job`, `job-needed`. */
  cancel(job: number): Promise<void> {
    return this.thread.call('cancel', job);
  }

  override mend(customer: CustomerRef): Promise<void> {
    return this.thread.call('mend', customer);
  }

  /** Tries again what could not be projected; answers how many customers were tried. */
  retry(): Promise<number> {
    return this.thread.call('retry', undefined);
  }

  /** Waits for the running commit, then ends the thread. */
  async stop(deadlineMillis: number): Promise<void> {
    await this.thread.call('stop', undefined, deadlineMillis).catch(() => undefined);
    await this.thread.stop();
  }

  private hear(notice: ProjectingNotice): void {
    if (notice.kind === 'committed') {
      return this.advance(notice);
    }
    if (notice.kind === 'consuming') {
      this.consuming = notice.trouble === null;
      return;
    }
    const { level, message, fields } = notice;
    if (level === 'info') logger.log({ message, ...fields });
    else logger[level]({ message, ...fields });
  }
}
