import type { Position } from '#event-sourcing';
import {
  type EventIndex,
  EventIndexReader,
  type IndexAnswer,
  type IndexQuestion,
  type PlacedEvent,
} from '#event-store';
import { type Notify, SupervisedWorker } from '#threads';
import { type ConnectionLimits, EventStoreDbConnection } from './connection.js';
import { IndexFollower, type PositionsQuestion } from './index-follower.js';
import { SharedCalls } from './shared-calls.js';
import { refuseOtherData } from './store-identity.js';

/** What the index's thread is started with. */
export interface FilledIndexData {
  readonly connection: string;
  readonly limits: ConnectionLimits | undefined;
  /** Of which ledger the index is; one of another ledger is emptied. */
  readonly storeId: string;
  /** Where the index is kept; undefined: in a temporary file. */
  readonly folder: string | undefined;
}

/** The last revisions of streams as of a position at least. */
interface HeadsQuestion {
  readonly streams: readonly string[];
  readonly upTo: Position;
}

type FilledIndexNotice =
  | { readonly kind: 'indexed'; readonly upTo: Position; readonly events: number }
  | { readonly kind: 'subscribed' }
  | { readonly kind: 'trouble'; readonly error: Error };

type FilledIndexMethods = Awaited<ReturnType<typeof fillIndex>>;

/** The index is waited for while events are delivered to it within this time, ms; else the streams are read. */
const PATIENCE = 500;

/**
 * The index's thread: completes the index up to the end that the store has now, goes on following it, and answers.
 * Closes the index where it cannot begin. Throws StoreFault.
 */
export async function fillIndex(
  { connection: address, limits, storeId }: Omit<FilledIndexData, 'folder'>,
  index: EventIndex,
  notify: Notify,
) {
  const connection = new EventStoreDbConnection(address, limits);
  connection.watchIdentity(async () => refuseOtherData(connection, storeId, [await index.last()]));
  // While nobody looked, an older backup may have been restored.
  connection.doubt();
  const say = (notice: FilledIndexNotice) => notify(notice);
  const follower = new IndexFollower(connection, index, {
    onSubscribed: () => say({ kind: 'subscribed' }),
    onIndexed: (upTo, events) => say({ kind: 'indexed', upTo, events }),
    onTrouble: (error) => say({ kind: 'trouble', error: error as Error }),
  });
  const close = async () => {
    await follower.stop();
    await connection.close();
    await index.close();
  };
  try {
    await follower.start(storeId);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    lookUp: (question: IndexQuestion) => index.lookUp(question),
    positionsOf: (questions: readonly PositionsQuestion[]) =>
      Promise.all(questions.map((question) => follower.positionsOf(question, PATIENCE))),
    headsAt: async ({ streams, upTo }: HeadsQuestion) => {
      if (!(await follower.reaches('indexedTo', upTo, PATIENCE))) return undefined;
      return (await index.lookUp({ eventIds: [], streams })).heads;
    },
    entriesAt: (positions: readonly Position[]) => index.entriesAt(positions),
    distance: ({ from, to }: { from: Position; to: Position }) => index.distance(from, to),
    positionAt: (recordedAt: number) => index.positionAt(recordedAt),
    last: (_: undefined) => index.last(),
    lastRecordedAt: (_: undefined) => index.lastRecordedAt(),
    head: (_: undefined) => index.head(),
    close: (_: undefined) => close(),
  };
}

export interface FilledIndexOptions {
  /** The worker's file, which calls `fillIndex`. */
  readonly file: URL;
  readonly data: FilledIndexData;
  /** The thread follows the store, from the start on or again after trouble: it notices when the connection is lost. */
  readonly onSubscribed: () => void;
  /** The index holds everything up to here; `events` are those that are new. */
  readonly onIndexed: (upTo: Position, events: number) => void;
  /** The index cannot be filled for the moment; it is tried again. */
  readonly onTrouble: (error: Error) => void;
}

/** The index of a ledger on EventStoreDB, filled and asked in a thread of its own. Its calls throw StoreFault. */
export class FilledIndex extends EventIndexReader {
  private readonly lookUps = new SharedCalls<IndexQuestion, IndexAnswer>(
    (questions) => this.lookUpAll(questions),
    ({ eventIds }) => eventIds.length,
  );
  private readonly positions = new SharedCalls<PositionsQuestion, readonly Position[] | undefined>(
    (questions) => this.thread.call('positionsOf', questions),
    ({ count }) => count,
  );

  private constructor(private readonly thread: SupervisedWorker<FilledIndexMethods>) {
    super();
  }

  /** Resolves once the index is complete up to the end that the store has now. Throws StoreFault. */
  static async start({ file, data, ...on }: FilledIndexOptions): Promise<FilledIndex> {
    const thread = await SupervisedWorker.start<FilledIndexMethods>({
      ...{ name: "the event index's thread", file, data },
      onTrouble: (_what, reason) => on.onTrouble(reason),
      onNotice: (notice: FilledIndexNotice) => {
        if (notice.kind === 'indexed') on.onIndexed(notice.upTo, notice.events);
        else if (notice.kind === 'subscribed') on.onSubscribed();
        else on.onTrouble(notice.error);
      },
    });
    return new FilledIndex(thread);
  }

  /** Whether the thread runs: one that has ended is started again. */
  get isThere(): boolean {
    return this.thread.isThere;
  }

  lookUp(question: IndexQuestion): Promise<IndexAnswer> {
    return this.lookUps.answerTo(question);
  }

  /** As one question: many small objects take ten times as long to another thread and back. */
  private async lookUpAll(questions: readonly IndexQuestion[]): Promise<IndexAnswer[]> {
    const eventIds = questions.flatMap((question) => question.eventIds);
    const streams = questions.flatMap((question) => question.streams);
    const { events, heads } = await this.thread.call('lookUp', { eventIds, streams });
    let [event, head] = [0, 0];
    return questions.map((question) => ({
      events: events.slice(event, (event += question.eventIds.length)),
      heads: heads.slice(head, (head += question.streams.length)),
    }));
  }

  /** The positions of the events, in their order; undefined: the store does not deliver them to the index. */
  positionsOf(question: PositionsQuestion): Promise<readonly Position[] | undefined> {
    return this.positions.answerTo(question);
  }

  /** In the order of the streams; undefined: the index stays behind the position. */
  headsAt(question: HeadsQuestion): Promise<readonly (number | undefined)[] | undefined> {
    return this.thread.call('headsAt', question);
  }

  /** The numbers of the events at these positions in the whole log, from 0; undefined for what is not in the index. */
  entriesAt(positions: readonly Position[]): Promise<readonly (number | undefined)[]> {
    return this.thread.call('entriesAt', positions);
  }

  distance(from: Position, to: Position): Promise<number> {
    return this.thread.call('distance', { from, to });
  }

  positionAt(recordedAt: number): Promise<Position> {
    return this.thread.call('positionAt', recordedAt);
  }

  /** The last event that is in the index. */
  last(): Promise<PlacedEvent | undefined> {
    return this.thread.call('last', undefined);
  }

  /** The latest `recordedAt`, ms; 0 when the index is empty. */
  lastRecordedAt(): Promise<number> {
    return this.thread.call('lastRecordedAt', undefined);
  }

  head(): Promise<Position> {
    return this.thread.call('head', undefined);
  }

  async close(): Promise<void> {
    await this.thread.call('close', undefined).catch(() => undefined);
    await this.thread.stop();
  }
}
