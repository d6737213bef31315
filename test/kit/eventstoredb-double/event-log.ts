import { closeSync, fdatasync, ftruncateSync, openSync, readFileSync, write } from 'node:fs';
import { promisify } from 'node:util';
import { RecentIds } from './recent-ids.js';
import {
  decodeRecords,
  encodeRecord,
  FIRST_POSITION,
  type LogRecord,
  type Proposed,
  sizeInLog,
  TOMBSTONE_REVISION,
} from './record.js';
import { DELETED_UNTIL, StreamState } from './stream-state.js';

const [sync, writeTo] = [promisify(fdatasync), promisify(write)];

/** The log of the double: every record in order, in memory and, durable before anyone sees it, in a file. */
export class EventLog {
  /** All records, also those that are not durable yet. */
  readonly records: LogRecord[] = [];
  readonly streams = new Map<string, StreamState>();
  /** Forgotten when the process ends, as on a real server. */
  readonly recent = new RecentIds();
  /** Number of records that are durable: what may be read. */
  committed = 0;
  #end: bigint;
  readonly #listeners = new Set<() => void>();
  readonly #unwritten: Buffer[] = [];
  #writing: Promise<void> | undefined;

  private constructor(
    private readonly file: number,
    first: bigint,
  ) {
    this.#end = first;
  }

  /** `first`: where the first record of a new log stands. */
  static open(path: string, first = FIRST_POSITION): EventLog {
    const file = openSync(path, 'a+', 0o600);
    const log = new EventLog(file, first);
    let whole = 0;
    for (const { record, end } of decodeRecords(readFileSync(path))) {
      log.#take(record);
      whole = end;
    }
    ftruncateSync(file, whole);
    log.committed = log.records.length;
    if (log.committed === 0) void log.write('$$$scavenges', [event('$metadata', '{"$maxAge":2592000}')]);
    return log;
  }

  /** The position of the last durable record. */
  get end(): bigint {
    return this.records[this.committed - 1]?.position ?? 0n;
  }

  /** Where the next record will stand. */
  get writer(): bigint {
    return this.#end;
  }

  state(stream: string): StreamState {
    const known = this.streams.get(stream);
    if (known !== undefined) return known;
    const state = new StreamState();
    this.streams.set(stream, state);
    return state;
  }

  /** Writes events to the end of a stream. Resolves with the last of them when they are durable. */
  async write(stream: string, events: readonly Proposed[]): Promise<LogRecord> {
    for (const proposed of events) {
      const revision = proposed.type === '$streamDeleted' ? TOMBSTONE_REVISION : this.state(stream).last + 1n;
      const fields = { ...proposed, stream, revision, created: Date.now() };
      const record = { ...fields, position: this.#end };
      this.#take(record);
      this.#unwritten.push(encodeRecord(record));
    }
    const last = this.records.at(-1)!;
    await this.durable();
    return last;
  }

  /** An append of nothing still takes room. */
  writeNothing(): void {
    this.#end += 100n;
  }

  /** Resolves when everything that is taken now is durable. */
  async durable(): Promise<void> {
    const until = this.records.length;
    while (this.committed < until) await (this.#writing ??= this.#commit());
  }

  /** Calls after each commit; returns how to end that. */
  onCommitted(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Number of the first durable record whose position is greater (or equal, when inclusive). */
  indexAfter(position: bigint, inclusive: boolean): number {
    let [low, high] = [0, this.committed];
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = this.records[middle]!.position;
      if (at > position || (inclusive && at === position)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  async close(): Promise<void> {
    await this.durable();
    closeSync(this.file);
  }

  async #commit(): Promise<void> {
    const upTo = this.records.length;
    const bytes = Buffer.concat(this.#unwritten.splice(0));
    await writeTo(this.file, bytes);
    await sync(this.file);
    this.committed = upTo;
    this.#writing = undefined;
    for (const listener of this.#listeners) listener();
  }

  #take(record: LogRecord): void {
    this.records.push(record);
    this.#end = record.position + sizeInLog(record);
    const state = this.state(record.stream);
    if (record.type === '$streamDeleted') state.tombstoned = true;
    else state.records.push(record);
    if (record.type === '$metadata' && record.stream.startsWith('$$'))
      this.state(record.stream.slice(2)).bounds = JSON.parse(Buffer.from(record.data).toString()) as object;
    // Whoever appends to a stream that was deleted softly makes what comes from then on visible.
    else if (state.softlyDeleted) state.bounds = { $tb: String(record.revision) };
  }
}

/** An event of the server's own. */
export function event(type: string, data: string): Proposed {
  const bytes = { data: Buffer.from(data), metadata: Buffer.alloc(0) };
  return { id: crypto.randomUUID(), type, contentType: 'application/json', ...bytes };
}

/** What deletes a stream softly. */
export const softDelete = (): Proposed => event('$metadata', JSON.stringify({ $tb: DELETED_UNTIL }));
