import type { JobRecord } from './read-model.js';

/** Jobs that are remembered after their end. */
const REMEMBERED = 20;

/** How a job ended; `superseded`: by a newer job, or because so much is read in bulk that rows are derived later. */
export type JobOutcome = 'completed' | 'cancelled' | 'superseded';

/** A job that has ended, with the progress that it had made. */
export interface EndedJob extends JobRecord {
  /** RFC 3339. */
  readonly endedAt: string;
  readonly outcome: JobOutcome;
}

/** Numbers jobs, and remembers those that have ended since the program was started. */
export class JobHistory {
  private last = 0;
  private readonly remembered: EndedJob[] = [];

  /** The latest first. */
  get ended(): readonly EndedJob[] {
    return this.remembered.toReversed();
  }

  /** A number that no job has had, so that what is said of a job is never taken for another one. */
  nextId(running: readonly JobRecord[], commits: number): number {
    this.last = Math.max(this.last, commits, ...running.map(({ id }) => id)) + 1;
    return this.last;
  }

  add(job: EndedJob): void {
    this.remembered.push(job);
    if (this.remembered.length > REMEMBERED) this.remembered.shift();
  }
}
