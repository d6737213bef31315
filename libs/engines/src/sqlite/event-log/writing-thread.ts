import { parentPort, workerData } from 'node:worker_threads';
import { faultMessage } from './faults.js';
import { Group } from './group.js';
import { OpenStore } from './open-store.js';
import type { WritingNews, WritingOptions, WritingOrder } from './writing-messages.js';

// The writing thread: owns the log and the index. One group after the other.

const options = workerData as WritingOptions;
const port = parentPort!;
const say = (news: WritingNews, transfer: ArrayBuffer[] = []) => port.postMessage(news, transfer);

async function append(store: OpenStore, { number, group }: WritingOrder & { kind: 'append' }): Promise<void> {
  let answered = false;
  try {
    await store.committer.commit(new Group(group), ({ reply: { count, buffer }, conflicts, head }) => {
      answered = true;
      say({ kind: 'appended', number, count, buffer, conflicts, head }, [buffer]);
    });
  } catch (error) {
    // An index that missed what is durable must not answer for it: the thread ends, and the store with it.
    if (answered) throw error;
    say({ kind: 'failed', number, fault: faultMessage(error) });
  }
}

async function close(store: OpenStore): Promise<void> {
  try {
    await store.close();
    say({ kind: 'closed' });
  } catch (error) {
    say({ kind: 'closed', fault: faultMessage(error) });
  }
  port.close();
}

function serve(store: OpenStore): void {
  let turn = Promise.resolve();
  port.on('message', (order: WritingOrder) => {
    turn = turn.then(async () => {
      if (order.kind === 'close') return close(store);
      await append(store, order);
      store.log.checkpointWhenDue();
    });
  });
}

try {
  const store = await OpenStore.open(options, (done, total) => say({ kind: 'progress', done, total }));
  serve(store);
  say({ kind: 'ready', storeId: store.log.storeId, head: store.head });
} catch (error) {
  say({ kind: 'refused', fault: faultMessage(error) });
  port.close();
}
