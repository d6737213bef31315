import { formatTime, LedgerError, LIMITS, Overloaded } from '#event-sourcing';
import type { KeyStore } from '#privacy';
import { SupervisedWorker } from '#threads';
import { erasedAnswer } from '#views';
import type { ViewsPositions } from '../projecting/views-progress.js';
import { withErased } from './answer-text.js';
import type { AnswerText, Question } from './question.js';
import type { QueryMethods, QueryWorkerData } from './query.worker.js';
import { queryTimeout } from './tenant-turns.js';

export interface QueryThreadsOptions {
  readonly threads: number;
  readonly data: QueryWorkerData;
  readonly onTrouble: (what: string, reason: Error) => void;
}

/** A thread cancels a late query itself; one that has not answered this long (ms) after the deadline counts as hung. */
const GRACE = 1_000;

/** The query threads: each query goes to the one with the fewest pending, in its tenant's turn. */
export class QueryThreads {
  private readonly waiting = new Map<string, number>();
  private keys: Pick<KeyStore, 'erasedAmong'> | undefined;

  private constructor(
    private readonly threads: readonly SupervisedWorker<QueryMethods>[],
    private readonly deadlineMillis: number,
  ) {}

  static async start({ threads, data, onTrouble }: QueryThreadsOptions): Promise<QueryThreads> {
    const file = new URL('./query.worker.js', import.meta.url);
    const started = Array.from({ length: threads }, (_, i) =>
      SupervisedWorker.start<QueryMethods>({ name: `query thread ${i + 1}`, file, data, onTrouble }),
    );
    return new QueryThreads(await Promise.all(started), data.deadlineMillis);
  }

  /** How many threads there are; none in a server that answers no questions. */
  get size(): number {
    return this.threads.length;
  }

  /** Whether some thread is there to answer, where there are any. */
  get areThere(): boolean {
    return this.size === 0 || this.threads.some(({ isThere }) => isThere);
  }

  /** From now on a question about an erased customer is answered as such and reaches no thread. */
  hideErased(keys: Pick<KeyStore, 'erasedAmong'>): void {
    this.keys = keys;
  }

  /**
   * Throws what the question throws; Overloaded when too many wait, of this tenant or of all; `query-timeout` when it
   * takes too long, and then it is given up.
   */
  async ask(question: Question): Promise<AnswerText> {
    const answer = (await this.answerOfErased(question)) ?? (await this.askOfAnyone(question));
    const { tenant } = question.about;
    const erased = await this.erasedAmong(tenant, answer.customers ?? []);
    return erased.size === 0 ? answer : withErased(answer, erased);
  }

  /** Those of the customers who are erased. */
  async erasedAmong(tenant: string, customers: readonly string[]): Promise<ReadonlySet<string>> {
    const erased = await this.keys?.erasedAmong(customers.map((customer) => ({ tenant, customer })));
    return new Set([...(erased?.keys() ?? [])].map((i) => customers[i]!));
  }

  /** The same of erased customers, too: for the erasing itself. */
  async askOfAnyone(question: Question): Promise<AnswerText> {
    const { tenant } = question.about;
    const waiting = this.waiting.get(tenant) ?? 0;
    if (waiting >= LIMITS.questionsOfTenant) {
      throw new Overloaded(`${waiting} questions of this tenant are waiting: ask again later`, 1);
    }
    this.waiting.set(tenant, waiting + 1);
    try {
      return await this.call(question);
    } finally {
      const left = this.waiting.get(tenant)! - 1;
      if (left === 0) this.waiting.delete(tenant);
      else this.waiting.set(tenant, left);
    }
  }

  /** How far the read model is; throws where it cannot be read in time (ms). */
  async positions(deadlineMillis: number): Promise<ViewsPositions> {
    const thread = this.threads.find(({ isThere }) => isThere) ?? this.threads[0]!;
    return thread.call('positions', undefined, deadlineMillis);
  }

  async stop(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.stop()));
  }

  private async answerOfErased({ kind, about }: Question): Promise<AnswerText | undefined> {
    const { tenant, customer, view } = about as { tenant: string; customer?: unknown; view?: string };
    if (typeof customer !== 'string') return undefined;
    const erased = await this.keys?.erasedAmong([{ tenant, customer }]);
    if (erased === undefined || erased.size === 0) return undefined;
    const { erasedAt } = erased.get(0)!;
    const answer = erasedAnswer(kind, { customer, view }, formatTime(erasedAt));
    return answer && { text: JSON.stringify(answer), etag: `W/"erased-${erasedAt}"` };
  }

  private async call(question: Question): Promise<AnswerText> {
    const there = this.threads.filter(({ isThere }) => isThere);
    const candidates = there.length > 0 ? there : this.threads;
    const thread = candidates.reduce((least, other) => (other.pending < least.pending ? other : least));
    if (thread.pending >= LIMITS.questions)
      throw new Overloaded('too many questions are waiting: ask again later', 1);
    try {
      return await thread.call('ask', question, this.deadlineMillis + GRACE);
    } catch (error) {
      if ((error as LedgerError).code !== 'deadline-passed') throw error;
      void this.replaceIfHung(thread);
      throw queryTimeout(this.deadlineMillis);
    }
  }

  /** A thread that does not answer a ping within another deadline is replaced. */
  private async replaceIfHung(thread: SupervisedWorker<QueryMethods>): Promise<void> {
    try {
      await thread.call('ping', undefined, this.deadlineMillis);
    } catch (error) {
      if ((error as LedgerError).code === 'deadline-passed') await thread.replace();
    }
  }
}
