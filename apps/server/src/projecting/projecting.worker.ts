import { hostname } from 'node:os';
import { workerData } from 'node:worker_threads';
import { openEventReader, openReadModel } from '#engines';
import type { Position } from '#event-sourcing';
import type { LogIdentity } from '#event-store';
import { serveCalls, lowerThreadPriority } from '#threads';
import type { KafkaConnection, MessagingLog } from '#engines/kafka';
import type { EventsAddress, ViewsAddress } from '#platform';
import type { Notify } from '#threads';
import { PartitionFeed, Projector } from '#projector';
import type { ProjectorLog } from '#projector';
import type { CustomerRef } from '#views';

export interface ProjectingWorkerData {
  /** Where the log is. */
  readonly events: EventsAddress;
  /** Where the views are. */
  readonly views: ViewsAddress;
  /** Whether the same server takes events in or answers questions: whoever waits for these comes first. */
  readonly givesWay: boolean;
  /** How the projecting is divided among servers; absent: this one reads the log. */
  readonly spread?: SpreadOptions;
}

/** The topic whose partitions servers divide, and their group. */
export interface SpreadOptions {
  readonly kafka: KafkaConnection;
  readonly topic: string;
  readonly groupId: string;
  /** Records of another log in the topic are passed over. */
  readonly log: LogIdentity;
  readonly sessionSeconds: number;
}

/** Notices of the thread. */
export type ProjectingNotice =
  | { readonly kind: 'committed'; readonly tablesAt: Position; readonly checkpoint: Position }
  /** Why nothing is consumed; null while it is. */
  | { readonly kind: 'consuming'; readonly trouble: string | null }
  | {
      readonly kind: 'log';
      readonly level: Parameters<ProjectorLog>[0];
      readonly message: string;
      readonly fields: Readonly<Record<string, unknown>>;
    };

/** The thread's methods. */
export type ProjectingMethods = Awaited<ReturnType<typeof open>>;

async function open(notify: Notify) {
  const { events: address, views, spread } = workerData as ProjectingWorkerData;
  const events = await openEventReader(address);
  const readModel = await openReadModel(views, { recreate: true });
  const log: ProjectorLog = (level, message, fields) => notify({ kind: 'log', level, message, fields });
  const divided = spread && (await divide(spread, log, notify));
  const projector = new Projector({ events, readModel, log, clock: Date, feed: divided?.feed });
  projector.onCommitted((tablesAt, checkpoint) => notify({ kind: 'committed', tablesAt, checkpoint }));
  const { checkpoint, tablesAt } = (await readModel.stored.writerState()).progress;
  notify({ kind: 'committed', tablesAt, checkpoint });
  const stopping = new AbortController();
  const running = projector.run(stopping.signal);
  divided?.consumer.start();
  return {
    wake: (head: Position) => projector.wake(head),
    status: (_: undefined) => projector.status(),
    rebuild: (_: undefined) => projector.rebuild(),
    estimate: (_: undefined) => projector.estimate(),
    cancel: (job: number) => projector.cancel(job),
    mend: (customer: CustomerRef) => projector.mend(customer),
    retry: (_: undefined) => projector.retry(),
    stop: async (_: undefined) => {
      await divided?.stop();
      stopping.abort();
      await running;
      await Promise.all([readModel.close(), events.close()]);
    },
  };
}

const LOOK_MILLIS = 500;

/** The consumer of this server's partitions, and what they offer the projector. */
async function divide({ kafka, log: of, ...options }: SpreadOptions, log: ProjectorLog, notify: Notify) {
  const { kafkaClient, logName, RecordedConsumer } = await import('#engines/kafka');
  const feed = new PartitionFeed(`${hostname()}:${process.pid}`);
  const messagingLog: MessagingLog = {
    info: (message, details = {}) => log('info', message, details),
    warn: (message, details = {}) => log('warn', message, details),
  };
  const client = kafkaClient(kafka, messagingLog);
  const consumer = new RecordedConsumer({
    ...options,
    kafka: client,
    logName: logName(of),
    feed,
    log: messagingLog,
  });
  let told: string | null | undefined;
  const look = setInterval(() => {
    const trouble = consumer.trouble ?? null;
    if (trouble !== told) notify({ kind: 'consuming', trouble });
    told = trouble;
  }, LOOK_MILLIS);
  const stop = async () => {
    clearInterval(look);
    await consumer.stop();
  };
  return { feed, consumer, stop };
}

// Publishers and readers wait for their answers, while views may lag.
if ((workerData as ProjectingWorkerData).givesWay) lowerThreadPriority();
await serveCalls(open);
