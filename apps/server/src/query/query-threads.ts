import { LedgerError, Overloaded } from '#event-sourcing';
import { SupervisedWorker } from '#threads';
import type { AnswerText, Question } from './question.js';
import type { QueryMethods, QueryWorkerData } from './query.worker.js';

export interface QueryThreadsOptions {
  readonly threads: number;
  /** A question is given up after so long, ms. */
  readonly deadlineMillis: number;
  readonly data: QueryWorkerData;
  readonly onTrouble: (what: string, reason: Error) => void;
}

/** Questions that may wait in one thread. */
const WAITING = 256;

/** The threads that answer questions: each question goes to the one with the fewest. */
export class QueryThreads {
  private constructor(
    private readonly threads: readonly SupervisedWorker<QueryMethods>[],
    private readonly deadlineMillis: number,
  ) {}

  static async start({
    threads,
    deadlineMillis,
    data,
    onTrouble,
  }: QueryThreadsOptions): Promise<QueryThreads> {
    const file = new URL('./query.worker.js', import.meta.url);
    const started = Array.from({ length: threads }, (_, i) =>
      SupervisedWorker.start<QueryMethods>({ name: `query thread ${i + 1}`, file, data, onTrouble }),
    );
    return new QueryThreads(await Promise.all(started), deadlineMillis);
  }

  /** Whether some thread is there to answer. */
  get areThere(): boolean {
    return this.threads.some(({ isThere }) => isThere);
  }

  /** Throws what the question throws; Overloaded when too many wait; `query-timeout` when it takes too long. */
  async ask(question: Question): Promise<AnswerText> {
    const there = this.threads.filter(({ isThere }) => isThere);
    const candidates = there.length > 0 ? there : this.threads;
    const thread = candidates.reduce((least, other) => (other.pending < least.pending ? other : least));
    if (thread.pending >= WAITING) throw new Overloaded('too many questions are waiting: ask again', 1);
    try {
      return await thread.call('ask', question, this.deadlineMillis);
    } catch (error) {
      if ((error as LedgerError).code !== 'deadline-passed') throw error;
      void this.replaceIfHung(thread);
      const seconds = this.deadlineMillis / 1000;
      throw new LedgerError(
        'query-timeout',
        `the question took more than ${seconds} s: ask for less, or later`,
      );
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.stop()));
  }

  /** A thread that does not even say that it is there, as long again, does nothing for anyone. */
  private async replaceIfHung(thread: SupervisedWorker<QueryMethods>): Promise<void> {
    try {
      await thread.call('ping', undefined, this.deadlineMillis);
    } catch (error) {
      if ((error as LedgerError).code === 'deadline-passed') await thread.replace();
    }
  }
}
