import { InvalidInput, START } from '#event-sourcing';
import {
  type AppendOutcome,
  type AppendRequest,
  type KnownEvent,
  type NewEvent,
  refuseSeveralStreams,
  RevisionConflict,
} from '#event-store';
import { isUuid, sizeOf } from './ledger-event.js';
import { Semaphore } from './semaphore.js';
import {
  APPEND_BYTES,
  type AppendParts,
  repeatOf,
  StreamAppender,
  type StreamRequest,
} from './stream-appender.js';

/** Streams that are appended to at a time: more make the store hardly faster, and each append waits longer for its deadline. */
const STREAMS = 200;
/** Length of a stream's name, in UTF-16 units. */
const STREAM_LENGTH = 1_000;

/** Divides requests by stream, and answers their events in the order sent. */
export class AppendRequests {
  private readonly lanes = new Map<string, Promise<void>>();
  private readonly streams = new Semaphore(STREAMS);
  private readonly appender: StreamAppender;

  constructor(private readonly parts: AppendParts) {
    this.appender = new StreamAppender(parts);
  }

  /** The first event of an id decides; what has the same id in the same request is compared with it. */
  async append({ events, expected, atomic = false }: AppendRequest): Promise<readonly AppendOutcome[]> {
    const [only] = events;
    if (events.length === 1 && expected === undefined)
      return this.inLane({ stream: only!.stream, events, expected, atomic });
    if (atomic) refuseSeveralStreams(events);
    const first = new Map<string, NewEvent>();
    for (const event of events) if (!first.has(event.eventId)) first.set(event.eventId, event);
    const byStream = grouped(events, (event) => first.get(event.eventId)!.stream);
    const contradicts = events.some((event) => !sameContent(first.get(event.eventId)!, event));
    if (atomic && contradicts) return this.abandonAll(events, first);
    await this.checkOthers(events, expected, byStream);
    const [[stream] = []] = byStream;
    if (stream !== undefined && byStream.size === 1)
      return this.inLane({ stream, events, expected: expected?.get(stream), atomic });
    const outcomes: AppendOutcome[] = [];
    const settled = await Promise.allSettled(
      Array.from(byStream, async ([stream, numbers]) => {
        const own = numbers.map((number) => events[number]!);
        const answers = await this.inLane({ stream, events: own, expected: expected?.get(stream), atomic });
        for (const [i, answer] of answers.entries()) outcomes[numbers[i]!] = answer;
      }),
    );
    for (const result of settled) if (result.status === 'rejected') throw result.reason;
    return outcomes;
  }

  /** One request at a time for each stream, a bounded number of streams at a time. */
  private async inLane(request: StreamRequest): Promise<AppendOutcome[]> {
    const before = this.lanes.get(request.stream);
    let end: () => void;
    const mine = new Promise<void>((resolve) => (end = resolve));
    this.lanes.set(request.stream, mine);
    try {
      await before;
      return await this.streams.run(() => this.appender.append(request));
    } finally {
      if (this.lanes.get(request.stream) === mine) this.lanes.delete(request.stream);
      end!();
    }
  }

  /** Where nothing new is to be recorded, no expectation is looked at. Throws RevisionConflict before anything is appended. */
  private async checkOthers(
    events: readonly NewEvent[],
    expected: AppendRequest['expected'],
    byStream: ReadonlyMap<string, unknown>,
  ): Promise<void> {
    const own = [...(expected?.keys() ?? [])].every((stream) => byStream.has(stream));
    if (expected === undefined || (own && byStream.size === 1)) return;
    if ((await this.known(events)).every((event) => event !== undefined)) return;
    for (const [stream, revision] of expected) {
      const actual = await this.parts.reader.streamHead(stream);
      if (actual !== revision) throw new RevisionConflict(stream, revision, actual);
    }
  }

  /** Two events of an atomic request share an id and differ. */
  private async abandonAll(
    events: readonly NewEvent[],
    first: ReadonlyMap<string, NewEvent>,
  ): Promise<readonly AppendOutcome[]> {
    const known = await this.known(events);
    return events.map((event, i) => {
      const recorded = known[i];
      if (recorded !== undefined) return repeatOf(recorded, event);
      return sameContent(first.get(event.eventId)!, event)
        ? { status: 'abandoned' }
        : { status: 'reused', position: START };
    });
  }

  private async known(events: readonly NewEvent[]): Promise<readonly (KnownEvent | undefined)[]> {
    const { index, recent } = this.parts;
    const eventIds = events.map(({ eventId }) => eventId);
    const { events: indexed } = await index.lookUp({ eventIds, streams: [] });
    return eventIds.map((id, i) => recent.find(id) ?? indexed[i]);
  }
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

/** Throws InvalidInput for an event that the store cannot hold. */
export function checkEvent(event: NewEvent): void {
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
