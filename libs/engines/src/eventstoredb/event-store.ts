import { Overloaded, type Position, START, StoreFault } from '#event-sourcing';
import {
  type AppendOutcome,
  type AppendRequest,
  EventStore,
  type ExpectedRevision,
  type NewEvent,
  type PlacedEvent,
  type ReadAllOptions,
  type ReadPage,
  type StoredEvent,
} from '#event-store';
import { AppendRequests, checkEvent } from './append-requests.js';
import { type ConnectionLimits, EventStoreDbConnection } from './connection.js';
import { FilledIndex } from './filled-index.js';
import { EventStoreDbReader } from './reader.js';
import { RecentEvents } from './recent-events.js';
import type { AppendParts } from './stream-appender.js';
import { lastPosition } from './last-position.js';
import { refuseOtherData, storeIdOf } from './store-identity.js';
import { isUuid } from './ledger-event.js';

export interface EventStoreDbOptions {
  /** `esdb://…`, see `parseConnectionString`. */
  readonly connection: string;
  /** Where the index of events is kept; undefined: in a temporary file. One process at a time may use a folder. */
  readonly folder: string | undefined;
  /** The file of the index's thread, which calls `fillIndex`. */
  readonly indexThread: URL;
  /** Events and bytes that may wait or be under way. */
  readonly queueEvents?: number;
  readonly queueBytes?: number;
  readonly limits?: ConnectionLimits;
  /** Called when the index cannot be filled for the moment; it is tried again. */
  readonly onTrouble?: (error: unknown) => void;
}

/**
 * The event store on EventStoreDB. A stream of the ledger is a stream there. Not as on the
 * embedded store: a request over several streams is not atomic, entry numbers come from the index, and an id that is used under two
 * customers at the same moment by two servers is recorded twice (the index finds it afterwards).
 */
export class EventStoreDbStore extends EventStore {
  override readonly keepsRequestOrder = false;
  override readonly atomicAcrossStreams = false;
  readonly #listeners = new Set<(head: Position) => void>();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #requests: AppendRequests;
  #events = 0;
  #bytes = 0;
  #head: Position = START;
  /** The last event that was acknowledged here: the index may not have it yet. */
  private acknowledged: PlacedEvent | undefined;
  #lastRecordedAt = 0;
  #closed: Promise<void> | undefined;

  private constructor(
    readonly storeId: string,
    private readonly parts: AppendParts,
    private readonly bounds: { readonly queueEvents: number; readonly queueBytes: number },
  ) {
    super();
    this.#requests = new AppendRequests(parts);
  }

  /**
   * Connects, and completes the index. Throws StoreFault: `store-unreachable`, `store-access-denied`, `store-reset`,
   * `store-locked` where another process uses the index's folder; InvalidInput for a connection string that is none.
   */
  static async open(options: EventStoreDbOptions): Promise<EventStoreDbStore> {
    const {
      folder,
      limits,
      queueEvents = 50_000,
      queueBytes = 64 * 1024 * 1024,
      onTrouble = () => undefined,
    } = options;
    const connection = new EventStoreDbConnection(options.connection, limits);
    const recent = new RecentEvents();
    const opened: { store?: EventStoreDbStore } = {};
    let isFollowed = false;
    try {
      const storeId = await storeIdOf(connection);
      const index = await FilledIndex.start({
        file: options.indexThread,
        data: { connection: options.connection, limits, storeId, folder },
        onSubscribed: () => (isFollowed = true),
        onIndexed: (upTo, events) => {
          recent.forget(upTo);
          if (events > 0) opened.store?.advance(upTo);
        },
        onTrouble: (error) => {
          // The index's thread may have met another server, or one with other data, before this one does.
          connection.doubt();
          isFollowed = false;
          onTrouble(error);
        },
      });
      connection.watchIdentity(
        async () => refuseOtherData(connection, storeId, [opened.store?.acknowledged, await index.last()]),
        () => isFollowed,
      );
      const reader = new EventStoreDbReader(connection, index);
      const parts = { connection, reader, index, recent };
      const store = new EventStoreDbStore(storeId, parts, { queueEvents, queueBytes });
      store.#head = await index.head();
      store.#lastRecordedAt = await index.lastRecordedAt();
      opened.store = store;
      return store;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /** Data that were replaced have another id. */
  override get epoch(): string {
    return this.storeId;
  }

  override async append(request: AppendRequest): Promise<readonly AppendOutcome[]> {
    if (this.#closed !== undefined) throw closed();
    let bytes = 0;
    for (const event of request.events) {
      checkEvent(event);
      bytes += event.bytes.length;
    }
    if (request.events.length === 0) return [];
    this.#admit(request.events.length, bytes);
    const appending = this.#requests.append(request);
    this.#underWay.add(appending);
    try {
      const outcomes = await appending;
      this.#appended(request.events, outcomes);
      return outcomes;
    } finally {
      this.#underWay.delete(appending);
      this.#events -= request.events.length;
      this.#bytes -= bytes;
    }
  }

  override async checkWritable(): Promise<void> {
    if (this.#closed !== undefined) throw closed();
    const { connection, index } = this.parts;
    if (!index.isThere) throw new StoreFault('thread-lost', "the event index's thread is starting again");
    await connection.probe();
    await connection.checkIdentity();
  }

  override readAll(options: ReadAllOptions): Promise<ReadPage> {
    return this.#open().readAll(options);
  }

  override async readStream(stream: string, from: number, limit: number): Promise<readonly StoredEvent[]> {
    return this.#numbered(await this.#open().readStream(stream, from, limit));
  }

  override async readAt(position: Position): Promise<StoredEvent | undefined> {
    const event = await this.#open().readAt(position);
    return event && (await this.#numbered([event]))[0];
  }

  override streamHead(stream: string): Promise<ExpectedRevision> {
    return this.#open().streamHead(stream);
  }

  override distance(from: Position, to: Position): Promise<number> {
    return this.#open().distance(from, to);
  }

  override positionAt(recordedAt: number): Promise<Position> {
    return this.#open().positionAt(recordedAt);
  }

  override async head(): Promise<Position> {
    const last = await this.#open().head();
    return last > this.#head ? last : this.#head;
  }

  override async withEvents(streams: readonly string[]): Promise<ReadonlySet<string>> {
    const reader = this.#open();
    const { index, recent, connection } = this.parts;
    const { heads } = await index.lookUp({ eventIds: [], streams });
    const unknown = streams.filter(
      (stream, i) => heads[i] === undefined && recent.headOf(stream) === undefined,
    );
    const found = new Set(streams);
    if (unknown.length === 0) return found;
    // Others append, too: what the store has now is asked for once, and the index for the streams as soon as it has that.
    const upTo = await lastPosition(connection, this.#head);
    const now =
      (await index.headsAt({ streams: unknown, upTo })) ??
      (await Promise.all(
        unknown.map(async (stream) => (await reader.streamHead(stream)) !== 'no-stream' || undefined),
      ));
    for (const [i, stream] of unknown.entries()) if (now[i] === undefined) found.delete(stream);
    return found;
  }

  override async find(eventId: string): Promise<Position | undefined> {
    if (!isUuid(eventId)) return undefined;
    const recent = this.parts.recent.find(eventId);
    if (recent !== undefined) return recent.position;
    const { events } = await this.parts.index.lookUp({ eventIds: [eventId], streams: [] });
    return events[0]?.position;
  }

  override async lastRecordedAt(): Promise<number> {
    return Math.max(this.#lastRecordedAt, await this.parts.index.lastRecordedAt());
  }

  override onAppended(listener: (head: Position) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Refuses further appends, waits for those that are under way, and disconnects. */
  override close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    await this.parts.reader.close();
  }

  async #numbered(events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    if (events.length === 0) return events;
    const entries = await this.parts.index.entriesAt(events.map(({ position }) => position));
    return events.map((event, i) => (entries[i] === undefined ? event : { ...event, entry: entries[i] }));
  }

  #open(): EventStoreDbReader {
    if (this.#closed !== undefined) throw closed();
    return this.parts.reader;
  }

  #admit(events: number, bytes: number): void {
    const { queueEvents, queueBytes } = this.bounds;
    if (this.#events > 0 && (this.#events + events > queueEvents || this.#bytes + bytes > queueBytes))
      throw new Overloaded(
        `${this.#events} events (${this.#bytes} bytes) are waiting to be written: retry in 1 s`,
        1,
      );
    this.#events += events;
    this.#bytes += bytes;
  }

  #appended(events: readonly NewEvent[], outcomes: readonly AppendOutcome[]): void {
    let head = START;
    for (const [i, { eventId, recordedAt }] of events.entries()) {
      const outcome = outcomes[i];
      if (outcome?.status !== 'recorded') continue;
      const { position } = outcome;
      if (position > head) head = position;
      if (position > (this.acknowledged?.position ?? START)) this.acknowledged = { eventId, position };
      this.#lastRecordedAt = Math.max(this.#lastRecordedAt, recordedAt);
    }
    this.advance(head);
  }

  /** The log reaches to here at least. */
  private advance(head: Position): void {
    if (head <= this.#head) return;
    this.#head = head;
    for (const listener of this.#listeners) listener(head);
  }
}

function closed(): StoreFault {
  return new StoreFault('store-closed', 'the event store is closed');
}
