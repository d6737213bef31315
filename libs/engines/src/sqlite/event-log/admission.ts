import { StoreFault } from '#event-sourcing';
import type { Block } from './block.js';
import type { Group, GroupExpectation } from './group.js';
import { type Conflict, GroupReply, NOWHERE, Status } from './group-reply.js';
import { KEY_WORDS, KeyTable } from './key-table.js';
import type { LogReader } from './log-reader.js';
import type { Lookup } from './store-index.js';

/** Outcomes that refuse the whole of an atomic request. */
const REFUSED: ReadonlySet<number> = new Set([Status.reused, Status.damaged]);

/**
 * Decides the outcome of each event of a group, in order: recorded before, repeated within the group, refused by an
 * expected revision, or to be recorded, and then at which position and revision.
 */
export class Admission {
  readonly reply: GroupReply;
  readonly conflicts: Conflict[] = [];
  /** Numbers of the events to be recorded; the first gets position `head + 1`. */
  readonly accepted: number[] = [];
  /** Their revisions, by number of the event. */
  readonly revisions: Uint32Array;
  /** Positions of the accepted, by id. */
  #positions: KeyTable;
  /** The next revision of each stream. */
  readonly #next: number[];

  constructor(
    private readonly group: Group,
    private readonly lookup: Lookup,
    private readonly log: LogReader,
    private readonly head: number,
  ) {
    this.reply = new GroupReply(group.count);
    this.revisions = new Uint32Array(group.count);
    this.#positions = new KeyTable(group.count);
    this.#next = lookup.counts;
    this.#decide();
  }

  #decide(): void {
    const { requests, atomic, expected } = this.group.message;
    const allOrNone = new Set(atomic);
    const expectations = new Map<number, GroupExpectation[]>();
    for (const expectation of expected) {
      const ofRequest = expectations.get(expectation.request);
      if (ofRequest === undefined) expectations.set(expectation.request, [expectation]);
      else ofRequest.push(expectation);
    }
    let from = 0;
    requests.forEach((count, request) => {
      this.#request(from, from + count, allOrNone.has(request), expectations.get(request) ?? []);
      from += count;
    });
  }

  #request(from: number, to: number, atomic: boolean, expectations: readonly GroupExpectation[]): void {
    const mark = this.accepted.length;
    const before = expectations.map(({ stream }) => this.#next[stream]!);
    let refused = false;
    for (let event = from; event < to; event++) refused = REFUSED.has(this.#event(event)) || refused;
    if (this.accepted.length === mark) return;
    const conflict = expectations.findIndex(
      ({ stream, expected }, i) =>
        before[i] !== (expected === 'no-stream' ? 0 : expected + 1) && this.#concerns(stream, mark, from, to),
    );
    if (conflict !== -1) this.#conflict(expectations[conflict]!, before[conflict]!);
    if (conflict !== -1 || (atomic && refused)) this.#takeBack(mark, from, to);
  }

  #event(event: number): number {
    const { group } = this;
    const known = this.lookup.known.get(event) ?? this.#positions.get(group.idWords, event * KEY_WORDS);
    if (known !== -1) return this.#repeat(event, known);
    const stream = group.stream[event]!;
    const revision = this.#next[stream]!++;
    const position = this.head + this.accepted.push(event);
    this.revisions[event] = revision;
    this.#positions.set(group.idWords, event * KEY_WORDS, position);
    this.reply.set(event, Status.recorded, position, revision);
    return Status.recorded;
  }

  /** The id has the `position` already: in the log, or in this group. */
  #repeat(event: number, position: number): number {
    const [status, revision] =
      position > this.head ? this.#repeatInGroup(event, position) : this.#repeatInLog(event, position);
    this.reply.set(event, status, position, revision);
    return status;
  }

  #repeatInGroup(event: number, position: number): readonly [status: number, revision: number] {
    const { hashes } = this.group;
    const first = this.accepted[position - this.head - 1]!;
    const same = hashes.compare(hashes, event * 16, event * 16 + 16, first * 16, first * 16 + 16) === 0;
    return [same ? Status.duplicate : Status.reused, this.revisions[first]!];
  }

  #repeatInLog(event: number, position: number): readonly [status: number, revision: number] {
    const block = this.#undamaged(position);
    if (block === undefined) return [Status.damaged, 0];
    const index = position - block.first;
    // The index may be damaged too: it must not name another event's position.
    if (!block.hasId(index, this.group.ids, event * 16)) return [Status.damaged, 0];
    const same = block.hasHash(index, this.group.hashes, event * 16);
    return [same ? Status.duplicate : Status.reused, block.revisions[index]!];
  }

  /** Undefined where the log is damaged: that concerns this event, and no other of the group. */
  #undamaged(position: number): Block | undefined {
    try {
      return this.log.blockAt(position);
    } catch (error) {
      if (error instanceof StoreFault && error.code === 'store-damaged') return undefined;
      throw error;
    }
  }

  /**
   * An expectation applies to a stream to which the request adds events, and to a stream that it names without adding
   * any. It does not apply where all events of the request are repeats: their first delivery has moved the stream.
   */
  #concerns(stream: number, mark: number, from: number, to: number): boolean {
    for (let i = mark; i < this.accepted.length; i++) {
      if (this.group.stream[this.accepted[i]!] === stream) return true;
    }
    for (let event = from; event < to; event++) if (this.group.stream[event] === stream) return false;
    return true;
  }

  #conflict({ request, stream, expected }: GroupExpectation, count: number): void {
    const name = this.group.message.streams[stream]!;
    this.conflicts.push({ request, stream: name, expected, actual: count === 0 ? 'no-stream' : count - 1 });
  }

  /** Undoes the request: nothing of it is recorded, and repeats within it are no longer repeats. */
  #takeBack(mark: number, from: number, to: number): void {
    const { idWords, stream } = this.group;
    for (const event of this.accepted.splice(mark)) this.#next[stream[event]!]!--;
    this.#positions = new KeyTable(this.group.count);
    this.accepted.forEach((event, i) => this.#positions.set(idWords, event * KEY_WORDS, this.head + 1 + i));
    for (let event = from; event < to; event++) {
      if (this.reply.position[event]! <= this.head + mark) continue;
      const reused = this.reply.status[event] === Status.reused;
      this.reply.set(event, reused ? Status.reused : Status.abandoned, NOWHERE, 0);
    }
  }
}
