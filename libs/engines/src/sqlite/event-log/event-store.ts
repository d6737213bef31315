import { InvalidInput, StoreFault, type Position, storedPosition } from '#event-sourcing';
import {
  EventStore,
  type AppendOutcome,
  type AppendRequest,
  type ExpectedRevision,
  type NewEvent,
  type ReadAllOptions,
  type ReadPage,
  type StoredEvent,
} from '#event-store';
import { AppendQueue, type QueueBounds } from './append-queue.js';
import { isUuid, writeUuid } from './group.js';
import { KEY_WORDS } from './key-table.js';
import type { ReadingMethods } from './reading.worker.js';
import { type Answer, type Argument, WorkerThread } from '#threads';
import { unpackEvents } from './stored-events.js';
import { WritingClient } from './writing-client.js';

/** How an embedded store is opened. */
export interface EmbeddedOptions extends Partial<QueueBounds> {
  /** Made when it is missing; one store at a time may have it open. */
  readonly folder: string;
  /** Streams whose last revision is kept in memory. Default 524,288 (18 MB). */
  readonly recentStreams?: number;
  /** Events whose index entries are collected in memory before they are flushed. Default 16,384 (2 MB, up to four times). */
  readonly memtableEvents?: number;
  /** Bytes in the write-ahead log from which on it is checkpointed into the log's file. Default 8 MiB. */
  readonly checkpointBytes?: number;
  /** Called with the number of events read while the index is completed or rebuilt. */
  readonly onProgress?: (done: number, total: number) => void;
  /** For tests: the fault (`InjectedFault`) that the next commits fail with, in shared memory. */
  readonly faults?: Int32Array;
}

const BOUNDS: QueueBounds = {
  queueEvents: 50_000,
  queueBytes: 64 * 1024 * 1024,
  groupEvents: 4096,
  groupBytes: 4 * 1024 * 1024,
};

/** Length of a stream's name, in UTF-16 units. */
const STREAM_LENGTH = 1024;

/**
 * The event store that needs nothing installed: one folder with `log.sqlite` (the truth, synced before an append
 * is answered), `index/` (derived: ids, streams, types), `log.head` (where the log ended) and `lock`. One thread writes, another reads; the one
 * that calls does neither. Requests that arrive while a commit is under way share the next one.
 *
 * A position is the event's entry + 1. An expected revision concerns what a request adds: an append that is
 * repeated whole answers `duplicate`, whatever it expected. Revisions of a stream follow the order of commits.
 */
export class EmbeddedEventStore extends EventStore {
  readonly storeId: string;
  readonly epoch: string;
  readonly #listeners = new Set<(head: Position) => void>();
  #closed: Promise<void> | undefined;

  private constructor(
    private readonly queue: AppendQueue,
    private readonly writing: WritingClient,
    private readonly reading: WorkerThread<ReadingMethods>,
  ) {
    super();
    this.storeId = writing.storeId;
    this.epoch = writing.epoch;
  }

  /**
   * Throws StoreFault: `store-locked`, `store-not-writable`, `store-damaged`, `store-not-durable`,
   * `store-unknown-format`, `log-shortened` (events are missing that were recorded: see `acceptLoss`).
   */
  static async open(options: EmbeddedOptions): Promise<EmbeddedEventStore> {
    const { folder, faults, onProgress = () => undefined } = options;
    const { recentStreams = 524_288, memtableEvents = 16_384, checkpointBytes = 8 * 1024 * 1024 } = options;
    const queue = new AppendQueue({
      queueEvents: options.queueEvents ?? BOUNDS.queueEvents,
      queueBytes: options.queueBytes ?? BOUNDS.queueBytes,
      groupEvents: options.groupEvents ?? BOUNDS.groupEvents,
      groupBytes: options.groupBytes ?? BOUNDS.groupBytes,
    });
    // Called after the first append at the earliest, when `store` is assigned.
    const writing = await WritingClient.start(
      { folder, checkpointBytes, faults, index: { recentStreams, memtableEvents } },
      queue,
      () => store.#notify(),
      onProgress,
    );
    let store: EmbeddedEventStore;
    try {
      store = new EmbeddedEventStore(queue, writing, await startReading(folder));
    } catch (error) {
      await writing.close();
      throw error;
    }
    return store;
  }

  append(request: AppendRequest): Promise<readonly AppendOutcome[]> {
    return new Promise((resolve, reject) => {
      if (this.#closed !== undefined) throw closed();
      if (request.events.length === 0) return resolve([]);
      let bytes = 0;
      for (const event of request.events) {
        check(event);
        bytes += event.bytes.length;
      }
      this.queue.add({ request, bytes, resolve, reject });
      this.writing.send();
    });
  }

  checkWritable(): Promise<void> {
    return this.#closed === undefined ? this.writing.checkWritable() : Promise.reject(closed());
  }

  async readAll({ after, limit, types }: ReadAllOptions): Promise<ReadPage> {
    const page = await this.#ask('all', { after: Number(after), limit, types });
    return { ...page, events: unpackEvents(page.events) };
  }

  async readStream(stream: string, from: number, limit: number): Promise<readonly StoredEvent[]> {
    return unpackEvents(await this.#ask('stream', { stream, from, limit }));
  }

  /** Positions are dense. */
  async distance(from: Position, to: Position): Promise<number> {
    return Math.max(0, Number(to - from));
  }

  withEvents(streams: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#closed === undefined ? this.writing.withEvents(streams) : Promise.reject(closed());
  }

  async readAt(position: Position): Promise<StoredEvent | undefined> {
    if (position < 1n || position > this.writing.head) return undefined;
    return unpackEvents(await this.#ask('event', Number(position)))[0];
  }

  async streamHead(stream: string): Promise<ExpectedRevision> {
    const count = await this.#ask('count', stream);
    return count === 0 ? 'no-stream' : count - 1;
  }

  async find(eventId: string): Promise<Position | undefined> {
    if (!isUuid(eventId)) return undefined;
    const id = new Uint32Array(KEY_WORDS);
    writeUuid(new Uint8Array(id.buffer), 0, eventId);
    const position = await this.#ask('find', id);
    return position === -1 ? undefined : storedPosition(position);
  }

  async head(): Promise<Position> {
    return storedPosition(this.writing.head);
  }

  async positionAt(recordedAt: number): Promise<Position> {
    return storedPosition(await this.#ask('positionAt', recordedAt));
  }

  lastRecordedAt(): Promise<number> {
    return this.#ask('lastRecordedAt', undefined);
  }

  onAppended(listener: (head: Position) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Refuses further appends, writes those that are queued, and releases the folder. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    // A reading thread that has failed must not keep what was taken from being written.
    await this.reading.call('close', undefined).catch(() => undefined);
    await this.reading.stop();
    await this.writing.close();
  }

  #notify(): void {
    const head = storedPosition(this.writing.head);
    for (const listener of this.#listeners) listener(head);
  }

  #ask<K extends keyof ReadingMethods>(
    method: K,
    argument: Argument<ReadingMethods, K>,
  ): Promise<Answer<ReadingMethods, K>> {
    if (this.#closed !== undefined) return Promise.reject(closed());
    return this.reading.call(method, argument);
  }
}

function startReading(folder: string): Promise<WorkerThread<ReadingMethods>> {
  const file = new URL('./reading.worker.js', import.meta.url);
  return WorkerThread.start({ name: "the event store's reading thread", file, data: { folder } });
}

function closed(): StoreFault {
  return new StoreFault('store-closed', 'the event store is closed');
}

/** Throws InvalidInput for an event that the store cannot hold. */
function check({ stream, eventId, type, contentHash }: NewEvent): void {
  let detail: string;
  if (stream.length === 0 || stream.length > STREAM_LENGTH || stream.includes('\0')) {
    detail = `a stream's name has 1 to ${STREAM_LENGTH} characters, none of them NUL`;
  } else if (!isUuid(eventId)) detail = 'an event id is the text of a UUID';
  else if (contentHash.length !== 16) detail = 'a content hash has 16 bytes';
  else if (type.length === 0) detail = 'an event has a type';
  else return;
  throw new InvalidInput('invalid-event', `the event cannot be stored: ${detail}`, [{ pointer: '', detail }]);
}
