import type { Worker } from 'node:worker_threads';
import { StoreFault } from '#event-sourcing';
import { RevisionConflict, type AppendOutcome } from '#event-store';
import type { AppendQueue, Waiting } from './append-queue.js';
import { faultOf } from './faults.js';
import { packGroup } from './group.js';
import { GroupReply } from './group-reply.js';
import type { WritingNews, WritingOptions } from './writing-messages.js';
import { startThread } from './thread.js';

/** Commits that may be at the writing thread: one under way, one that it finds when it has done. */
const IN_FLIGHT = 2;

type Appended = WritingNews & { kind: 'appended' };

/** The writing thread, as those see it who append: hands it one group after the other, and gives out its answers. */
export class WritingClient {
  readonly #worker: Worker;
  readonly #inFlight = new Map<number, readonly Waiting[]>();
  #number = 0;
  #ended: StoreFault | undefined;
  #closing: { resolve: () => void; reject: (error: Error) => void } | undefined;
  storeId = '';
  head = 0;

  private constructor(
    options: WritingOptions,
    private readonly queue: AppendQueue,
    private readonly onAppended: () => void,
  ) {
    this.#worker = startThread('./writing-thread.js', options);
  }

  /** Throws StoreFault when the folder cannot be opened. */
  static start(
    options: WritingOptions,
    queue: AppendQueue,
    onAppended: () => void,
    onProgress: (done: number, total: number) => void,
  ): Promise<WritingClient> {
    const client = new WritingClient(options, queue, onAppended);
    return new Promise((resolve, reject) => {
      client.#worker.on('error', (error) => {
        client.#end(`failed: ${String(error)}`);
        reject(client.#ended!);
      });
      client.#worker.on('exit', () => {
        client.#end('has ended');
        reject(client.#ended!);
      });
      client.#worker.on('message', (news: WritingNews) => {
        if (news.kind === 'progress') onProgress(news.done, news.total);
        else if (news.kind === 'refused') {
          // Whatever it started goes with it; the promise is rejected when the thread has let the folder go.
          client.#ended = faultOf(news.fault);
          void client.#worker.terminate();
        } else if (news.kind === 'ready') {
          client.storeId = news.storeId;
          client.head = news.head;
          resolve(client);
        } else client.#heard(news);
      });
    });
  }

  /** Sends what is queued, as far as the thread takes more. */
  send(): void {
    if (this.#ended !== undefined) return this.#refuseAll(this.#ended);
    while (this.#inFlight.size < IN_FLIGHT && !this.queue.isEmpty) {
      const waiting = this.queue.take();
      const count = waiting.reduce((sum, { request }) => sum + request.events.length, 0);
      const bytes = waiting.reduce((sum, each) => sum + each.bytes, 0);
      const group = packGroup(
        waiting.map(({ request }) => request),
        count,
        bytes,
      );
      const number = ++this.#number;
      this.#inFlight.set(number, waiting);
      this.#worker.postMessage({ kind: 'append', number, group }, [group.buffer]);
    }
    if (this.#closing !== undefined && this.queue.isDone) this.#worker.postMessage({ kind: 'close' });
  }

  /** Ends the thread when all that was taken is written. */
  close(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#closing = { resolve, reject };
      this.send();
    });
  }

  #heard(news: Appended | (WritingNews & { kind: 'failed' | 'closed' })): void {
    if (news.kind === 'closed') {
      if (news.fault === undefined) this.#closing?.resolve();
      else this.#closing?.reject(faultOf(news.fault));
      return;
    }
    const waiting = this.#inFlight.get(news.number)!;
    this.#inFlight.delete(news.number);
    this.queue.answered(waiting);
    const before = this.head;
    if (news.kind === 'appended') this.head = news.head;
    this.send();
    if (news.kind === 'failed') refuse(waiting, faultOf(news.fault));
    else answer(waiting, news);
    if (this.head > before) this.onAppended();
  }

  #end(how: string): void {
    this.#ended ??= new StoreFault('store-closed', `the event store's writing thread ${how}`);
    this.#closing?.reject(this.#ended);
    for (const waiting of this.#inFlight.values()) {
      this.queue.answered(waiting);
      refuse(waiting, this.#ended);
    }
    this.#inFlight.clear();
    this.#refuseAll(this.#ended);
  }

  #refuseAll(fault: StoreFault): void {
    while (!this.queue.isEmpty) {
      const waiting = this.queue.take();
      this.queue.answered(waiting);
      refuse(waiting, fault);
    }
  }
}

function refuse(waiting: readonly Waiting[], error: Error): void {
  for (const { reject } of waiting) reject(error);
}

function answer(waiting: readonly Waiting[], { count, buffer, conflicts }: Appended): void {
  const reply = new GroupReply(count, buffer);
  const conflictOf = new Map(conflicts.map((conflict) => [conflict.request, conflict]));
  let from = 0;
  waiting.forEach(({ request, resolve, reject }, number) => {
    const outcomes: AppendOutcome[] = [];
    const to = from + request.events.length;
    const conflict = conflictOf.get(number);
    if (conflict === undefined) {
      for (let event = from; event < to; event++) outcomes.push(reply.outcome(event));
      resolve(outcomes);
    } else reject(new RevisionConflict(conflict.stream, conflict.expected, conflict.actual));
    from = to;
  });
}
