import type { EventLog } from './event-log.js';
import { failure } from './failures.js';
import { streamIdentifier, streamNameOf, streams } from './messages.js';
import { eventResponse, fail, isBoundary, type ReadCall, type ReadOptions, write } from './read-call.js';
import type { LogRecord } from './record.js';
import { subscribe } from './subscription.js';

const BACKWARDS = 1;

/** Reads of a stream or of everything, and subscriptions, which are reads without an end. */
export function read(log: EventLog, ready: () => boolean, call: ReadCall): void {
  call.on('error', () => undefined);
  if (!ready()) return fail(call, failure('not-ready'));
  const options = call.request.getOptions()!;
  if (options.hasSubscription()) return void subscribe(log, call, options);
  void (options.hasAll() ? readAll(log, call, options) : readStream(log, call, options));
}

async function readStream(log: EventLog, call: ReadCall, options: ReadOptions): Promise<void> {
  const from = options.getStream()!;
  const name = streamNameOf(from.getStreamIdentifier());
  const state = log.streams.get(name);
  if (state?.tombstoned === true) return fail(call, failure('stream-deleted', name));
  const count = state?.committedCount(log.end) ?? 0;
  if (state === undefined || count === 0 || state.softlyDeleted) {
    const notFound = new streams.ReadResp.StreamNotFound().setStreamIdentifier(streamIdentifier(name));
    call.write(new streams.ReadResp().setStreamNotFound(notFound));
    return void call.end();
  }
  const visible = state.records.slice(Number(state.firstVisible(Date.now(), log.end)), count);
  const backwards = options.getReadDirection() === BACKWARDS;
  const bound = from.hasRevision() ? BigInt(from.getRevision()) : undefined;
  const found = visible.filter(({ revision }) =>
    bound === undefined ? backwards || !from.hasEnd() : backwards ? revision <= bound : revision >= bound,
  );
  await send(call, backwards ? found.reverse() : found, Number(options.getCount()));
}

async function readAll(log: EventLog, call: ReadCall, options: ReadOptions): Promise<void> {
  const from = options.getAll()!;
  const backwards = options.getReadDirection() === BACKWARDS;
  const bound = from.hasPosition() ? BigInt(from.getPosition()!.getCommitPosition()) : undefined;
  if (bound !== undefined && !isBoundary(log, bound)) return fail(call, failure('invalid-read-position'));
  const { committed } = log;
  if (backwards) {
    const end = bound !== undefined ? log.indexAfter(bound, true) : from.hasStart() ? 0 : committed;
    return send(call, reversed(log.records, end), Number(options.getCount()));
  }
  const start = bound !== undefined ? log.indexAfter(bound, true) : from.hasEnd() ? committed : 0;
  return send(call, forwards(log.records, start, committed), Number(options.getCount()));
}

function* forwards(records: readonly LogRecord[], from: number, to: number): Generator<LogRecord> {
  for (let i = from; i < to; i++) yield records[i]!;
}

function* reversed(records: readonly LogRecord[], end: number): Generator<LogRecord> {
  for (let i = end - 1; i >= 0; i--) yield records[i]!;
}

async function send(call: ReadCall, records: Iterable<LogRecord>, most: number): Promise<void> {
  let sent = 0;
  for (const record of records) {
    if (sent++ >= most || call.cancelled) break;
    await write(call, eventResponse(record));
  }
  call.end();
}
