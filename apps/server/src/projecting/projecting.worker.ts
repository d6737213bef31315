import { workerData } from 'node:worker_threads';
import { openEventReader, openReadModel } from '#engines';
import type { Position } from '#event-sourcing';
import { serveCalls, lowerThreadPriority } from '#threads';
import type { EventsAddress, ViewsAddress } from '#platform';
import type { Notify } from '#threads';
import { Projector } from '#projector';
import type { ProjectorLog } from '#projector';
import type { CustomerRef } from '#views';

export interface ProjectingWorkerData {
  /** Where the log is. */
  readonly events: EventsAddress;
  /** Where the views are. */
  readonly views: ViewsAddress;
}

/** Notices of the thread. */
export type ProjectingNotice =
  | { readonly kind: 'committed'; readonly position: Position }
  | {
      readonly kind: 'log';
      readonly level: Parameters<ProjectorLog>[0];
      readonly message: string;
      readonly fields: Readonly<Record<string, unknown>>;
    };

/** The thread's methods. */
export type ProjectingMethods = Awaited<ReturnType<typeof open>>;

async function open(notify: Notify) {
  const { events: address, views } = workerData as ProjectingWorkerData;
  const events = await openEventReader(address);
  const readModel = await openReadModel(views, { recreate: true });
  const log: ProjectorLog = (level, message, fields) => notify({ kind: 'log', level, message, fields });
  const projector = new Projector({ events, readModel, log, clock: Date });
  projector.onCommitted((position) => notify({ kind: 'committed', position }));
  const { checkpoint, tablesAt } = (await readModel.stored.writerState()).progress;
  notify({ kind: 'committed', position: tablesAt < checkpoint ? tablesAt : checkpoint });
  const stopping = new AbortController();
  const running = projector.run(stopping.signal);
  return {
    wake: (head: Position) => projector.wake(head),
    status: (_: undefined) => projector.status(),
    rebuild: (_: undefined) => projector.rebuild(),
    estimate: (_: undefined) => projector.estimate(),
    cancel: (job: number) => projector.cancel(job),
    mend: (customer: CustomerRef) => projector.mend(customer),
    retry: (_: undefined) => projector.retry(),
    stop: async (_: undefined) => {
      stopping.abort();
      await running;
      await Promise.all([readModel.close(), events.close()]);
    },
  };
}

// Publishers and readers wait for their answers, while views may lag.
lowerThreadPriority();
await serveCalls(open);
