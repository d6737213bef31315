import { BACKWARDS, END } from '@eventstore/db-client';
import { InvalidInput, Overloaded, type Position, START, StoreFault } from '#event-sourcing';
import {
  type AppendOutcome,
  type AppendRequest,
  type EventIndex,
  EventStore,
  type ExpectedRevision,
  type NewEvent,
  type ReadAllOptions,
  type ReadPage,
  refuseSeveralStreams,
  RevisionConflict,
  type StoredEvent,
} from '#event-store';
import { type ConnectionLimits, EventStoreDbConnection } from './connection.js';
import { Deliveries } from './deliveries.js';
import { IndexFollower } from './index-follower.js';
import { Lookup } from './lookup.js';
import { APPEND_BYTES, repeatOf, StreamAppender, type StreamRequest } from './stream-appender.js';
import { EventStoreDbReader } from './reader.js';
import { RecentEvents } from './recent-events.js';
import { Semaphore } from './semaphore.js';
import { refuseOtherStore, storeIdOf } from './store-identity.js';
import { isUuid, sizeOf } from './ledger-event.js';

export interface EventStoreDbOptions {
  /** `esdb://…`, see `parseConnectionString`. */
  readonly connection: string;
  /** Opened by the caller, closed with the store. */
  readonly index: EventIndex;
  /** Events and bytes that may wait or be under way. */
  readonly queueEvents?: number;
  readonly queueBytes?: number;
  readonly limits?: ConnectionLimits;
  /** Called when the index cannot be filled for the moment. */
  readonly onTrouble?: (error: unknown) => void;
}

/** Streams that are appended to at a time. */
const STREAMS = 512;
/** How long a probe of the server may take, ms. */
const PROBE_MILLIS = 2_000;
const STREAM_LENGTH = 1_000;

/**
 * The event store on EventStoreDB. A stream of the ledger is a stream there, an event id its event's id. Not as on the
 * embedded store: a request over several streams is not atomic, entry numbers come from the index, and an id that is used under two
 * customers at the same moment by two servers is recorded twice (the index finds it afterwards).
 */
export class EventStoreDbStore extends EventStore {
  override readonly keepsRequestOrder = false;
  override readonly atomicAcrossStreams = false;
  readonly #listeners = new Set<(head: Position) => void>();
  readonly #lanes = new Map<string, Promise<unknown>>();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #streams = new Semaphore(STREAMS);
  readonly #appender: StreamAppender;
  #events = 0;
  #bytes = 0;
  #head: Position = START;
  #lastRecordedAt = 0;
  #closed: Promise<void> | undefined;

  private constructor(
    readonly storeId: string,
    private readonly parts: Parts,
    private readonly bounds: { readonly queueEvents: number; readonly queueBytes: number },
  ) {
    super();
    const { connection, reader, index, recent, deliveries } = parts;
    this.#appender = new StreamAppender(connection, reader, new Lookup(index), recent, deliveries);
  }

  /**
   * Connects, and completes the index. Throws StoreFault: `store-unreachable`, `store-access-denied`, `store-reset`; InvalidInput
   * for a connection string that is none.
   */
  static async open(options: EventStoreDbOptions): Promise<EventStoreDbStore> {
    const {
      index,
      queueEvents = 50_000,
      queueBytes = 64 * 1024 * 1024,
      onTrouble = () => undefined,
    } = options;
    const connection = new EventStoreDbConnection(options.connection, options.limits);
    const opened: { store?: EventStoreDbStore } = {};
    try {
      const storeId = await storeIdOf(connection);
      connection.watchIdentity(() => refuseOtherStore(connection, storeId));
      const [recent, deliveries] = [new RecentEvents(), new Deliveries()];
      const follower = new IndexFollower(connection, index, {
        onEvent: (event) => deliveries.deliver(event),
        onIndexed: (upTo, events) => {
          recent.forget(upTo);
          if (events > 0) opened.store?.advance(upTo);
        },
        onTrouble,
      });
      await follower.start(storeId);
      const reader = new EventStoreDbReader(connection, index);
      const parts = { connection, reader, index, recent, deliveries, follower };
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
      check(event);
      bytes += event.bytes.length;
    }
    if (request.events.length === 0) return [];
    this.#admit(request.events.length, bytes);
    const appending = this.#append(request);
    this.#underWay.add(appending);
    try {
      return await appending;
    } finally {
      this.#underWay.delete(appending);
      this.#events -= request.events.length;
      this.#bytes -= bytes;
    }
  }

  override async checkWritable(): Promise<void> {
    if (this.#closed !== undefined) throw closed();
    const { connection } = this.parts;
    await connection.probe(PROBE_MILLIS, (client) =>
      client.readAll({ fromPosition: END, direction: BACKWARDS, maxCount: 1 }),
    );
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
    const { heads } = await this.parts.index.lookUp({ eventIds: [], streams });
    const found = await Promise.all(
      streams.map(
        async (stream, i) =>
          heads[i] !== undefined ||
          this.parts.recent.headOf(stream) !== undefined ||
          (await this.#open().streamHead(stream)) !== 'no-stream',
      ),
    );
    return new Set(streams.filter((_, i) => found[i]));
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
    await this.parts.follower.stop();
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

  /** The first event of an id decides; what has the same id in the same request is compared with it. */
  async #append({ events, expected, atomic = false }: AppendRequest): Promise<readonly AppendOutcome[]> {
    if (atomic) refuseSeveralStreams(events);
    const first = new Map<string, NewEvent>();
    for (const event of events) if (!first.has(event.eventId)) first.set(event.eventId, event);
    const byStream = grouped(events, (event) => first.get(event.eventId)!.stream);
    const contradicts = events.some((event) => !sameContent(first.get(event.eventId)!, event));
    if (atomic && contradicts) return this.#abandonAll(events, first);
    await this.#checkOthers(events, expected, byStream);
    const outcomes: AppendOutcome[] = [];
    const settled = await Promise.allSettled(
      Array.from(byStream, async ([stream, numbers]) => {
        const own = numbers.map((number) => events[number]!);
        const answers = await this.#inLane({ stream, events: own, expected: expected?.get(stream), atomic });
        for (const [i, answer] of answers.entries()) outcomes[numbers[i]!] = answer;
      }),
    );
    this.#appended(events, outcomes);
    for (const result of settled) if (result.status === 'rejected') throw result.reason;
    return outcomes;
  }

  /** One request at a time for each stream, a bounded number of streams at a time. */
  #inLane(request: StreamRequest): Promise<AppendOutcome[]> {
    const before = this.#lanes.get(request.stream) ?? Promise.resolve();
    const mine = before.then(() => this.#streams.run(() => this.#appender.append(request)));
    const settled = mine
      .catch(() => undefined)
      .then(() => {
        if (this.#lanes.get(request.stream) === settled) this.#lanes.delete(request.stream);
      });
    this.#lanes.set(request.stream, settled);
    return mine;
  }

  /** Where nothing new is to be recorded, no expectation is looked at. Throws RevisionConflict before anything is appended. */
  async #checkOthers(
    events: readonly NewEvent[],
    expected: AppendRequest['expected'],
    byStream: ReadonlyMap<string, unknown>,
  ): Promise<void> {
    const own = [...(expected?.keys() ?? [])].every((stream) => byStream.has(stream));
    if (expected === undefined || (own && byStream.size === 1)) return;
    const known = await Promise.all(events.map(({ eventId }) => this.find(eventId)));
    if (known.every((position) => position !== undefined)) return;
    for (const [stream, revision] of expected) {
      const actual = await this.parts.reader.streamHead(stream);
      if (actual !== revision) throw new RevisionConflict(stream, revision, actual);
    }
  }

  /** Two events of an atomic request share an id and differ. */
  async #abandonAll(
    events: readonly NewEvent[],
    first: ReadonlyMap<string, NewEvent>,
  ): Promise<readonly AppendOutcome[]> {
    const { events: known } = await this.parts.index.lookUp({
      eventIds: events.map(({ eventId }) => eventId),
      streams: [],
    });
    return events.map((event, i) => {
      const recorded = this.parts.recent.find(event.eventId) ?? known[i];
      if (recorded !== undefined) return repeatOf(recorded, event);
      return sameContent(first.get(event.eventId)!, event)
        ? { status: 'abandoned' }
        : { status: 'reused', position: START };
    });
  }

  #appended(events: readonly NewEvent[], outcomes: readonly AppendOutcome[]): void {
    let head = START;
    for (const [i, { recordedAt }] of events.entries()) {
      const outcome = outcomes[i];
      if (outcome?.status !== 'recorded') continue;
      if (outcome.position > head) head = outcome.position;
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

interface Parts {
  readonly connection: EventStoreDbConnection;
  readonly reader: EventStoreDbReader;
  readonly index: EventIndex;
  readonly recent: RecentEvents;
  readonly deliveries: Deliveries;
  readonly follower: IndexFollower;
}

function sameContent(one: NewEvent, other: NewEvent): boolean {
  return one === other || Buffer.compare(one.contentHash, other.contentHash) === 0;
}

/** The numbers of the items by key, in order. */
function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [number, item] of items.entries()) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [number]);
    else group.push(number);
  }
  return groups;
}

function closed(): StoreFault {
  return new StoreFault('store-closed', 'the event store is closed');
}

/** Throws InvalidInput for an event that the store cannot hold. */
function check(event: NewEvent): void {
  const { stream, eventId, type, contentHash, recordedAt } = event;
  let detail: string;
  if (stream.length === 0 || stream.length > STREAM_LENGTH || stream.includes('\0'))
    detail = `a stream's name has 1 to ${STREAM_LENGTH} characters, none of them NUL`;
  else if (!isUuid(eventId)) detail = 'an event id is the text of a UUID, in small letters';
  else if (contentHash.length !== 16) detail = 'a content hash has 16 bytes';
  else if (!Number.isSafeInteger(recordedAt)) detail = 'recordedAt is a whole number of milliseconds';
  else if (type.length === 0) detail = 'an event has a type';
  else if (sizeOf(event) > APPEND_BYTES) detail = 'an event takes less than 1 MiB on EventStoreDB';
  else return;
  throw new InvalidInput('invalid-event', `the event cannot be stored: ${detail}`, [{ pointer: '', detail }]);
}
