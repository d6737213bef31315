import { WrongExpectedVersionError } from '@eventstore/db-client';
import { LedgerError, type Position, StoreFault, storedPosition } from '#event-sourcing';
import {
  type AppendOutcome,
  type ExpectedRevision,
  type KnownEvent,
  type NewEvent,
  RevisionConflict,
} from '#event-store';
import { type EventStoreDbConnection } from './connection.js';
import { faultOf } from './failures.js';
import type { FilledIndex } from './filled-index.js';
import { dataOf, type LedgerEvent, sizeOf } from './ledger-event.js';
import type { EventStoreDbReader } from './reader.js';
import type { RecentEvents } from './recent-events.js';

/** The most bytes of one append, as the server counts them. */
export const APPEND_BYTES = 1_048_576;
/** Events of one append. */
const APPEND_EVENTS = 500;
/** Events of one read of a stream's end. */
const TAIL = 500;

/** What appending takes. */
export interface AppendParts {
  readonly connection: EventStoreDbConnection;
  readonly reader: EventStoreDbReader;
  readonly index: FilledIndex;
  readonly recent: RecentEvents;
}

/** What a request wants of one stream. Of events with one id the first decides; all of them are answered. */
export interface StreamRequest {
  readonly stream: string;
  readonly events: readonly NewEvent[];
  readonly expected: ExpectedRevision | undefined;
  readonly atomic: boolean;
}

/** What is known of a stream while a request is answered. */
interface Knowledge {
  head: number;
  readonly events: Map<string, KnownEvent>;
}

/**
 * Appends to one stream at a time. The server tells a repeat by itself only at an exact revision, so every append names
 * one: the last that index and process know. Where it holds, nothing unknown is in the stream, and no event can be a
 * repeat that was not recognised; where it does not, the stream's end is read and the ids are compared again.
 */
export class StreamAppender {
  constructor(private readonly parts: AppendParts) {}

  /** Answers in the order of the events. Not to be called again for the stream before it has answered. */
  async append(request: StreamRequest): Promise<AppendOutcome[]> {
    const { stream, events } = request;
    const knowledge = await this.known(stream, events);
    const recorded = new Map<string, AppendOutcome>();
    for (;;) {
      const fresh = firstOfEach(events).filter(({ eventId }) => !knowledge.events.has(eventId));
      const reuses = events.some((event) => isReuse(knowledge.events.get(event.eventId), event));
      if (fresh.length > 0 && !(request.atomic && reuses)) {
        if (recorded.size === 0 && !(await this.holds(request, knowledge))) continue;
        if (!(await this.record(request, fresh, knowledge, recorded))) continue;
      }
      return events.map((event) => {
        const known = knowledge.events.get(event.eventId);
        const outcome = recorded.get(event.eventId) ?? ABANDONED;
        recorded.delete(event.eventId);
        return outcome === ABANDONED && known !== undefined ? repeatOf(known, event) : outcome;
      });
    }
  }

  private async known(stream: string, events: readonly NewEvent[]): Promise<Knowledge> {
    const before = events.map(({ eventId }) => this.parts.recent.find(eventId));
    const headBefore = this.parts.recent.headOf(stream);
    const eventIds = events.map(({ eventId }) => eventId);
    const answer = await this.parts.index.lookUp({ eventIds, streams: [stream] });
    const known = new Map<string, KnownEvent>();
    for (const [i, { eventId }] of events.entries()) {
      const found = before[i] ?? answer.events[i];
      if (found !== undefined) known.set(eventId, found);
    }
    return { head: Math.max(headBefore ?? -1, answer.heads[0] ?? -1), events: known };
  }

  /** Whether the stream is at the revision that the writer expects. False: something new was found, look again. */
  private async holds({ stream, expected }: StreamRequest, knowledge: Knowledge): Promise<boolean> {
    if (expected === undefined || revisionOf(knowledge.head) === expected) return true;
    const found = await this.readEnd(stream, knowledge);
    if (!found) throw new RevisionConflict(stream, expected, revisionOf(knowledge.head));
    return false;
  }

  /** False: the stream has moved on, what is new in it is known now. */
  private async record(
    { stream, atomic }: StreamRequest,
    fresh: readonly NewEvent[],
    knowledge: Knowledge,
    recorded: Map<string, AppendOutcome>,
  ): Promise<boolean> {
    const parts = partsOf(fresh);
    if (atomic && parts.length > 1) throw atomicTooLarge();
    for (const part of parts) {
      try {
        await this.recordPart(stream, part, knowledge, recorded);
      } catch (error) {
        if (!(error instanceof WrongExpectedVersionError)) throw error;
        if (await this.readEnd(stream, knowledge)) return false;
        throw shorter(stream, knowledge.head);
      }
    }
    return true;
  }

  private async recordPart(
    stream: string,
    part: readonly NewEvent[],
    knowledge: Knowledge,
    recorded: Map<string, AppendOutcome>,
  ): Promise<void> {
    const { first, positions } = await this.send(stream, part, knowledge.head);
    for (const [i, { eventId, contentHash }] of part.entries()) {
      const event = { eventId, stream, contentHash, revision: first + i, position: positions[i]! };
      this.parts.recent.add(event);
      knowledge.events.set(eventId, event);
      recorded.set(eventId, { status: 'recorded', position: event.position, revision: event.revision });
    }
    knowledge.head = first + part.length - 1;
  }

  /**
   * Appends behind `head`; gives the revision of the first event, and the position of each. A stream that was deleted softly
   * goes on behind what it had, where none was expected.
   */
  private async send(
    stream: string,
    part: readonly NewEvent[],
    head: number,
  ): Promise<{ first: number; positions: readonly Position[] }> {
    const { connection, reader, index } = this.parts;
    const name = connection.address.streamPrefix + stream;
    const expected = head === -1 ? 'no_stream' : BigInt(head);
    const { position, nextExpectedRevision } = await connection.append(name, part.map(dataOf), expected);
    // A repeat in a stream that was deleted after it had been recorded is answered without a position.
    if (position === undefined) throw faultOf('deleted', `append to ${stream}`, new Error('no position'));
    const last = storedPosition(position.commit);
    const first = Number(nextExpectedRevision) - part.length + 1;
    if (part.length === 1) return { first, positions: [last] };
    // The answer has the last position alone. The index gets the others anyway, sooner than a read would.
    const indexed = await index.positionsOf({ stream, revision: first, count: part.length, upTo: last });
    if (indexed !== undefined) return { first, positions: indexed };
    const read = await reader.readLedgerStream(stream, first, part.length);
    if (read.at(-1)?.position !== last || read.length < part.length)
      throw faultOf(
        'deleted',
        `append to ${stream}`,
        new Error('the stream does not have what was appended'),
      );
    return { first, positions: read.map((event) => event.position) };
  }

  /** Reads what stands in the stream behind the known head. False when there is nothing. */
  private async readEnd(stream: string, knowledge: Knowledge): Promise<boolean> {
    const before = knowledge.head;
    for (;;) {
      const read: LedgerEvent[] = await this.parts.reader.readLedgerStream(stream, knowledge.head + 1, TAIL);
      for (const event of read) {
        this.parts.recent.add(event);
        if (!knowledge.events.has(event.eventId)) knowledge.events.set(event.eventId, event);
        knowledge.head = event.revision;
      }
      if (read.length < TAIL) return knowledge.head > before;
    }
  }
}

const ABANDONED: AppendOutcome = { status: 'abandoned' };

const revisionOf = (head: number): ExpectedRevision => (head === -1 ? 'no-stream' : head);

function firstOfEach(events: readonly NewEvent[]): NewEvent[] {
  const seen = new Set<string>();
  return events.filter(({ eventId }) => !seen.has(eventId) && seen.add(eventId));
}

function isReuse(known: KnownEvent | undefined, event: NewEvent): boolean {
  return known !== undefined && Buffer.compare(known.contentHash, event.contentHash) !== 0;
}

/** The outcome of an event whose id is recorded. */
export function repeatOf(known: KnownEvent, event: NewEvent): AppendOutcome {
  const { position, revision } = known;
  return isReuse(known, event) ? { status: 'reused', position } : { status: 'duplicate', position, revision };
}

/** Cuts events into appends that the server takes. */
function partsOf(events: readonly NewEvent[]): NewEvent[][] {
  const parts: NewEvent[][] = [];
  let bytes = Infinity;
  for (const event of events) {
    bytes += sizeOf(event);
    if (bytes > APPEND_BYTES || parts.at(-1)!.length === APPEND_EVENTS) {
      parts.push([]);
      bytes = sizeOf(event);
    }
    parts.at(-1)!.push(event);
  }
  return parts;
}

function atomicTooLarge(): LedgerError {
  return new LedgerError(
    'atomic-not-supported',
    `this store takes at most ${APPEND_EVENTS} events and 1 MiB all or none: send fewer at a time, or without atomic`,
  );
}

/** The server says that the stream is elsewhere, and nothing is behind what is known of it. */
function shorter(stream: string, head: number): StoreFault {
  return new StoreFault(
    'store-reset',
    `${stream} is known up to revision ${head}, and EventStoreDB has fewer events of it: its data were replaced, restored from an ` +
      'older backup, or somebody deleted the stream. Restore the newer data, or stop the servers and give the lost events up (cx accept-loss)',
    { stream, head },
  );
}
