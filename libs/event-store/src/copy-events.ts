import { decodeEvent, parseTime, type Position, START, StoreFault, streamName } from '#event-sourcing';
import { EventsDigest } from './events-digest.js';
import type { AppendRequest, EventReader, EventStore, NewEvent, StoredEvent } from './event-store.js';

/** What a copy is doing, for a progress display. */
export interface CopyProgress {
  /** `compare`: the target's events are compared with the source's; `copy`; `verify`: the target is read again. */
  readonly stage: 'compare' | 'copy' | 'verify';
  /** Events done in this stage. */
  readonly events: number;
  readonly total: number;
}

export interface CopyOptions {
  readonly from: EventReader;
  readonly to: EventStore;
  readonly onProgress?: (progress: CopyProgress) => void;
  /** Ends the copy between two pages; what was copied stays, and another run goes on. */
  readonly signal?: AbortSignal;
}

/** A copy that is complete and verified. */
export interface CopyResult {
  /** All events of the target. */
  readonly events: number;
  /** Those that this run added. */
  readonly copied: number;
  /** Events that were recorded in the source meanwhile: they are not in the target. */
  readonly newer: number;
  /** SHA-256 over revision and bytes of all events, in log order (`EventsDigest`): equal on both sides. */
  readonly digest: string;
}

/** Events of one read, and the most events and bytes of one append. */
const PAGE_EVENTS = 1_000;
const APPEND_BYTES = 4 * 1024 * 1024;

/**
 * Copies the log of one store to another: order, ids, times, revisions and bytes of every event stay. The target must
 * be empty, or hold the beginning of the source: then the copy goes on behind it, so an interrupted copy is simply
 * started again. Copies what the source holds at the start, then reads the whole target and compares digests.
 *
 * Throws StoreFault: `copy-target-differs`, `copy-target-longer`, `copy-not-verified`.
 */
export async function copyEvents(options: CopyOptions): Promise<CopyResult> {
  const { from, to } = options;
  const end = await from.head();
  const total = await from.distance(START, end);
  const there = await to.distance(START, await to.head());
  const report = (stage: CopyProgress['stage'], events: number) =>
    options.onProgress?.({ stage, events, total: stage === 'compare' ? there : total });
  const source = new EventsDigest();
  const target = eventsOf(pagesOf(to, await to.head()));
  let page: StoredEvent[] = [];
  let compared = 0;
  for await (const events of pagesOf(from, end)) {
    options.signal?.throwIfAborted();
    for (const event of events) {
      source.add(event);
      const copy = page.length === 0 ? (await target.next()).value : undefined;
      if (copy === undefined) page.push(event);
      else refuseDifference(event, copy, compared++);
    }
    await append(to, page);
    page = [];
    report(source.events > compared ? 'copy' : 'compare', source.events);
  }
  if ((await target.next()).value !== undefined) throw longer(source.events);
  await verify(to, source, (events) => report('verify', events), options.signal);
  const newer = await from.distance(end, await from.head());
  return { events: source.events, copied: source.events - compared, newer, digest: source.hex() };
}

/** Reads up to `end`, inclusive: what is appended meanwhile is not included. */
async function* pagesOf(reader: EventReader, end: Position): AsyncGenerator<readonly StoredEvent[]> {
  for (let after = START; after < end;) {
    const { events, scannedTo, atEnd } = await reader.readAll({ after, limit: PAGE_EVENTS });
    const wanted = events.filter(({ position }) => position <= end);
    if (wanted.length > 0) yield wanted;
    if (atEnd || wanted.length < events.length) return;
    after = scannedTo;
  }
}

async function* eventsOf(
  pages: AsyncIterable<readonly StoredEvent[]>,
): AsyncGenerator<StoredEvent, undefined> {
  for await (const page of pages) yield* page;
  return undefined;
}

function refuseDifference(event: StoredEvent, copy: StoredEvent, entry: number): void {
  if (event.revision === copy.revision && Buffer.compare(event.bytes, copy.bytes) === 0) return;
  throw new StoreFault(
    'copy-target-differs',
    `the target has another event at entry ${entry} than the source, so it is no copy of it: name an empty target`,
    { entry },
  );
}

function longer(events: number): StoreFault {
  return new StoreFault(
    'copy-target-longer',
    `the target holds more events than the source's ${events}: it has gone its own way, so nothing was copied; name an empty target`,
    { events },
  );
}

/** Appends behind what the target holds; every stream at the revision that it has in the source. */
async function append(to: EventStore, events: readonly StoredEvent[]): Promise<void> {
  const parts = to.keepsRequestOrder ? partsBySize(events) : runsOfOneStream(events);
  for (const part of parts) {
    const outcomes = await to.append(requestOf(part));
    const refused = outcomes.findIndex(({ status }) => status !== 'recorded' && status !== 'duplicate');
    if (refused === -1) continue;
    const { eventId } = decodeEvent(part[refused]!.bytes);
    throw new StoreFault(
      'copy-target-differs',
      `the target did not take event ${eventId} (${outcomes[refused]!.status}): another writer uses it; name an empty target`,
      { eventId },
    );
  }
}

function requestOf(events: readonly StoredEvent[]): AppendRequest {
  const expected = new Map<string, number | 'no-stream'>();
  const copies = events.map(({ bytes, revision }): NewEvent => {
    const { tenant, customer, eventId, type, contentHash, recordedAt } = decodeEvent(bytes);
    const stream = streamName({ tenant, customer, type });
    if (!expected.has(stream)) expected.set(stream, revision === 0 ? 'no-stream' : revision - 1);
    const times = { recordedAt: parseTime(recordedAt)! };
    return { stream, eventId, type, bytes, contentHash: Buffer.from(contentHash, 'hex'), ...times };
  });
  return { events: copies, expected };
}

function partsBySize(events: readonly StoredEvent[]): StoredEvent[][] {
  let size = Infinity;
  return parts(events, ({ bytes }) => {
    size += bytes.length;
    if (size <= APPEND_BYTES) return false;
    size = bytes.length;
    return true;
  });
}

/** A store that orders only what belongs to one stream gets the streams' events one run after another. */
function runsOfOneStream(events: readonly StoredEvent[]): StoredEvent[][] {
  let last: string | undefined;
  return parts(events, ({ bytes }) => {
    const stream = streamName(decodeEvent(bytes));
    const begins = stream !== last;
    last = stream;
    return begins;
  });
}

/** Cuts before each event for which `begins` answers true. */
function parts(events: readonly StoredEvent[], begins: (event: StoredEvent) => boolean): StoredEvent[][] {
  const cut: StoredEvent[][] = [];
  for (const event of events) {
    if (begins(event) || cut.length === 0) cut.push([event]);
    else cut.at(-1)!.push(event);
  }
  return cut;
}

async function verify(
  to: EventStore,
  source: EventsDigest,
  report: (events: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const target = new EventsDigest();
  for await (const events of pagesOf(to, await to.head())) {
    signal?.throwIfAborted();
    for (const event of events) target.add(event);
    report(target.events);
  }
  if (target.events === source.events && target.hex() === source.hex()) return;
  throw new StoreFault(
    'copy-not-verified',
    `the target does not read back as it was written (${target.events} events, the source has ${source.events}): ` +
      'another writer used it, or its disk is damaged; delete the target and copy again',
    { source: source.events, target: target.events },
  );
}
