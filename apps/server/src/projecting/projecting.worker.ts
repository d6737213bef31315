import { workerData } from 'node:worker_threads';
import { openEventReader } from '#engines';
import type { Position } from '#event-sourcing';
import { serveCalls, lowerThreadPriority } from '#threads';
import type { StoreAddress } from '#platform';
import type { Notify } from '#threads';
import { PROJECTIONS, VIEW_DEFINITIONS } from '#projections';
import { EmbeddedReadModel } from '#read-model';
import { PolicyBook } from '#scoring';
import { Projector } from '#subscription';
import type { ProjectorLog } from '#subscription';

export interface ProjectingWorkerData {
  /** Where the log is. */
  readonly events: StoreAddress;
  /** The folder of the views. */
  readonly views: string;
}

/** What the thread says unasked. */
export type ProjectingNotice =
  | { readonly kind: 'committed'; readonly position: Position }
  | {
      readonly kind: 'log';
      readonly level: Parameters<ProjectorLog>[0];
      readonly message: string;
      readonly fields: Readonly<Record<string, unknown>>;
    };

/** What the thread answers. */
export type ProjectingMethods = Awaited<ReturnType<typeof open>>;

async function open(notify: Notify) {
  const { events: address, views } = workerData as ProjectingWorkerData;
  const events = await openEventReader(address);
  const readModel = await EmbeddedReadModel.open({ folder: views, views: VIEW_DEFINITIONS, recreate: true });
  const log: ProjectorLog = (level, message, fields) => notify({ kind: 'log', level, message, fields });
  const projector = new Projector({
    ...{ events, readModel, log },
    projections: PROJECTIONS,
    policyBook: (records) => PolicyBook.of(records),
    clock: Date,
  });
  projector.onCommitted((position) => notify({ kind: 'committed', position }));
  notify({ kind: 'committed', position: await readModel.reader.checkpoint() });
  const stopping = new AbortController();
  const running = projector.run(stopping.signal);
  return {
    wake: (head: Position) => projector.wake(head),
    status: (_: undefined) => projector.status(),
    rebuild: (view: string) => projector.rebuild(view),
    stop: async (_: undefined) => {
      stopping.abort();
      await running;
      await Promise.all([readModel.close(), events.close()]);
    },
  };
}

// Publishers and readers wait for an answer, views may lag behind them.
lowerThreadPriority();
await serveCalls(open);
