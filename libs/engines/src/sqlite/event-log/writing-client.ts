import { RevisionConflict, type AppendOutcome } from '#event-store';
import { Transferring, WorkerThread } from '#threads';
import type { AppendQueue, Waiting } from './append-queue.js';
import { packGroup, type GroupMessage } from './group.js';
import { GroupReply } from './group-reply.js';
import type { WritingOptions } from './open-store.js';
import type { GroupAnswer, IndexProgress, WritingMethods } from './writing.worker.js';

/** Commits in the writing thread: one under way, and one that it finds when that is done. */
const IN_FLIGHT = 2;

/** The writing thread as seen by appenders: sends it one group after the other, and gives out its answers. */
export class WritingClient {
  #inFlight = 0;
  #done: () => void = () => undefined;
  #head: number;
  readonly storeId: string;
  readonly epoch: string;

  private constructor(
    private readonly thread: WorkerThread<WritingMethods>,
    private readonly queue: AppendQueue,
    private readonly onAppended: () => void,
    opened: { readonly storeId: string; readonly epoch: string; readonly head: number },
  ) {
    this.storeId = opened.storeId;
    this.epoch = opened.epoch;
    this.#head = opened.head;
  }

  /** Throws StoreFault when the folder cannot be opened. */
  static async start(
    options: WritingOptions,
    queue: AppendQueue,
    onAppended: () => void,
    onProgress: (done: number, total: number) => void,
  ): Promise<WritingClient> {
    const thread = await WorkerThread.start<WritingMethods>({
      name: "the event store's writing thread",
      file: new URL('./writing.worker.js', import.meta.url),
      data: options,
      onNotice: ({ done, total }: IndexProgress) => onProgress(done, total),
    });
    return new WritingClient(thread, queue, onAppended, await thread.call('opened', undefined));
  }

  /** The log's last position as far as it was answered. */
  get head(): number {
    return this.#head;
  }

  withEvents(streams: readonly string[]): Promise<ReadonlySet<string>> {
    return this.thread.call('withEvents', streams);
  }

  checkWritable(): Promise<void> {
    return this.thread.call('checkWritable', undefined);
  }

  /** Sends what is queued, as far as the thread takes more. */
  send(): void {
    while (this.#inFlight < IN_FLIGHT && !this.queue.isEmpty) void this.#commit(this.queue.take());
    if (this.queue.isDone) this.#done();
  }

  /** Ends the thread when everything queued is written. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#done = resolve;
      this.send();
    });
    try {
      await this.thread.call('close', undefined);
    } finally {
      await this.thread.stop();
    }
  }

  async #commit(waiting: readonly Waiting[]): Promise<void> {
    this.#inFlight++;
    const group = groupOf(waiting);
    try {
      const reply = await this.thread.call('append', new Transferring(group, [group.buffer]));
      const moved = reply.head > this.#head;
      this.#head = reply.head;
      this.#settled(waiting);
      answer(waiting, reply);
      if (moved) this.onAppended();
    } catch (error) {
      this.#settled(waiting);
      for (const { reject } of waiting) reject(error as Error);
    }
  }

  /** The next group is sent before this one is given out. */
  #settled(waiting: readonly Waiting[]): void {
    this.#inFlight--;
    this.queue.answered(waiting);
    this.send();
  }
}

function groupOf(waiting: readonly Waiting[]): GroupMessage {
  return packGroup(
    waiting.map(({ request }) => request),
    waiting.reduce((sum, { request }) => sum + request.events.length, 0),
    waiting.reduce((sum, { bytes }) => sum + bytes, 0),
  );
}

function answer(waiting: readonly Waiting[], { count, buffer, conflicts }: GroupAnswer): void {
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
