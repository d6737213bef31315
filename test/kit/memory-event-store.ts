import { type Position, START, StoreFault, storedPosition } from '#event-sourcing';
import {
  type AppendOutcome,
  type AppendRequest,
  EventStore,
  type ExpectedRevision,
  type NewEvent,
  type ReadAllOptions,
  type ReadPage,
  RevisionConflict,
  type StoredEvent,
} from '#event-store';

interface Kept extends StoredEvent {
  readonly event: NewEvent;
}

/** The data of a store, which outlives closing and opening it again. */
class Memory {
  readonly log: Kept[] = [];
  readonly streams = new Map<string, Kept[]>();
  readonly ids = new Map<string, Kept>();
}

/** The readable reference of an event store: the behaviour of every store, in memory, for tests. */
export class MemoryEventStore extends EventStore {
  override readonly storeId = 'memory';
  override readonly epoch = 'first';
  readonly #listeners = new Set<(head: Position) => void>();
  #closed = false;

  constructor(readonly memory = new Memory()) {
    super();
  }

  override append({
    events,
    expected = new Map(),
    atomic = false,
  }: AppendRequest): Promise<readonly AppendOutcome[]> {
    if (this.#closed) return Promise.reject(new StoreFault('store-closed', 'the store is closed'));
    const known = events.every(({ eventId }) => this.memory.ids.has(eventId));
    for (const [stream, revision] of known ? [] : expected) {
      const actual = this.#revision(stream);
      if (actual !== revision) return Promise.reject(new RevisionConflict(stream, revision, actual));
    }
    if (atomic && events.some((event, i) => this.#reuses(event, events.slice(0, i)))) {
      return Promise.resolve(events.map((event, i) => this.#abandon(event, events.slice(0, i))));
    }
    const before = this.memory.log.length;
    const outcomes = events.map((event) => this.#take(event));
    if (this.memory.log.length > before)
      for (const listener of this.#listeners) listener(storedPosition(this.memory.log.length));
    return Promise.resolve(outcomes);
  }

  override checkWritable(): Promise<void> {
    return Promise.resolve();
  }

  override readStream(stream: string, from: number, limit: number): Promise<readonly StoredEvent[]> {
    return Promise.resolve((this.memory.streams.get(stream) ?? []).slice(from, from + limit));
  }

  override streamHead(stream: string): Promise<ExpectedRevision> {
    return Promise.resolve(this.#revision(stream));
  }

  override distance(from: Position, to: Position): Promise<number> {
    return Promise.resolve(Math.max(0, Number(to - from)));
  }

  override withEvents(streams: readonly string[]): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(streams.filter((stream) => this.memory.streams.has(stream))));
  }

  override readAt(position: Position): Promise<StoredEvent | undefined> {
    return Promise.resolve(this.memory.log[Number(position) - 1]);
  }

  override find(eventId: string): Promise<Position | undefined> {
    return Promise.resolve(this.memory.ids.get(eventId)?.position);
  }

  override readAll({ after, limit, types }: ReadAllOptions): Promise<ReadPage> {
    const found = this.memory.log
      .slice(Number(after))
      .filter(({ event }) => types === undefined || types.includes(event.type));
    const events = found.slice(0, limit);
    const atEnd = found.length <= limit;
    return Promise.resolve({
      events,
      atEnd,
      scannedTo: atEnd ? storedPosition(this.memory.log.length) : events.at(-1)!.position,
    });
  }

  override head(): Promise<Position> {
    return Promise.resolve(storedPosition(this.memory.log.length));
  }

  override positionAt(recordedAt: number): Promise<Position> {
    return Promise.resolve(
      this.memory.log.findLast(({ event }) => event.recordedAt <= recordedAt)?.position ?? START,
    );
  }

  override lastRecordedAt(): Promise<number> {
    return Promise.resolve(this.memory.log.at(-1)?.event.recordedAt ?? 0);
  }

  override onAppended(listener: (head: Position) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  override close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  #revision(stream: string): ExpectedRevision {
    return this.memory.streams.get(stream)?.at(-1)?.revision ?? 'no-stream';
  }

  #take(event: NewEvent): AppendOutcome {
    const known = this.memory.ids.get(event.eventId);
    if (known !== undefined) return repeatOf(known, event);
    const stream = this.memory.streams.get(event.stream) ?? [];
    const entry = this.memory.log.length;
    const kept = {
      event,
      bytes: event.bytes,
      entry,
      position: storedPosition(entry + 1),
      revision: stream.length,
    };
    this.memory.log.push(kept);
    this.memory.ids.set(event.eventId, kept);
    this.memory.streams.set(event.stream, [...stream, kept]);
    return { status: 'recorded', position: kept.position, revision: kept.revision };
  }

  /** Whether the event's id was used for other content, in the store or earlier in the same request. */
  #reuses(event: NewEvent, earlier: readonly NewEvent[]): boolean {
    const other =
      this.memory.ids.get(event.eventId)?.event ?? earlier.find(({ eventId }) => eventId === event.eventId);
    return other !== undefined && Buffer.compare(other.contentHash, event.contentHash) !== 0;
  }

  #abandon(event: NewEvent, earlier: readonly NewEvent[]): AppendOutcome {
    const known = this.memory.ids.get(event.eventId);
    if (known !== undefined) return repeatOf(known, event);
    // Reused within the request itself: there is no position to name.
    return this.#reuses(event, earlier) ? { status: 'reused', position: START } : { status: 'abandoned' };
  }
}

function repeatOf(known: Kept, event: NewEvent): AppendOutcome {
  const { position, revision } = known;
  const same = Buffer.compare(known.event.contentHash, event.contentHash) === 0;
  return same ? { status: 'duplicate', position, revision } : { status: 'reused', position };
}
