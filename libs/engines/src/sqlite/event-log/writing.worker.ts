// The writing thread: owns the log and the index, and commits one group after the other.
import { setImmediate } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { serveCalls, Transferring, type Notify } from '#threads';
import { Group, type GroupMessage } from './group.js';
import type { Conflict } from './group-reply.js';
import { OpenStore, type WritingOptions } from './open-store.js';

/** Events read so far while the index is completed, of how many. */
export interface IndexProgress {
  readonly done: number;
  readonly total: number;
}

/** The outcomes of a group (`GroupReply`), and the log's last position after it. */
export interface GroupAnswer {
  readonly count: number;
  readonly buffer: ArrayBuffer;
  readonly conflicts: readonly Conflict[];
  readonly head: number;
}

export type WritingMethods = Awaited<ReturnType<typeof open>>;

async function open(notify: Notify) {
  const options = workerData as WritingOptions;
  const store = await OpenStore.open(options, (done, total) =>
    notify({ done, total } satisfies IndexProgress),
  );
  let turn: Promise<unknown> = Promise.resolve();
  return {
    opened: (_: undefined) => ({ storeId: store.log.storeId, epoch: store.log.epoch, head: store.head }),
    append: (group: GroupMessage) => {
      const answer = turn.then(() => append(store, group));
      turn = answer.then(
        () => afterAnswer(store),
        () => undefined,
      );
      return answer;
    },
    // Answered in turn: it knows every event that was acknowledged before.
    withEvents: (streams: readonly string[]) => turn.then(() => store.index.withEvents(streams)),
    checkWritable: (_: undefined) => turn.then(() => store.checkWritable()),
    close: (_: undefined) => turn.then(() => store.close()),
  };
}

async function append(store: OpenStore, group: GroupMessage): Promise<Transferring<GroupAnswer>> {
  const { reply, conflicts, head } = await store.commit(new Group(group));
  return new Transferring({ count: reply.count, buffer: reply.buffer, conflicts, head }, [reply.buffer]);
}

/**
 * Indexes what was committed once the answer is sent. An index that missed durable events must not answer for them:
 * should this fail, the thread ends, and the store with it.
 */
async function afterAnswer(store: OpenStore): Promise<void> {
  await setImmediate();
  try {
    store.afterCommit();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
    await new Promise(() => undefined);
  }
}

await serveCalls(open);
