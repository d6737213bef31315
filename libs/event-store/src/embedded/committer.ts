import { blockEnd, encodeBlock, type Accepted } from './block.js';
import type { Group, GroupExpectation } from './group.js';
import { type Conflict, GroupReply, NOWHERE, Status } from './group-reply.js';
import { readUint32, REVISION_AT, HASH_AT, readPosition, type StreamTail } from './index-keys.js';
import { type LogFile, typeBit } from './log-file.js';
import { logFault } from './faults.js';
import type { Lookup, StoreIndex } from './store-index.js';

/** What one commit did. */
export interface Committed {
  readonly reply: GroupReply;
  readonly conflicts: readonly Conflict[];
  /** The last position after it. */
  readonly head: number;
}

/**
 * Takes a group of requests into the log in one commit: tells repeats, checks expectations, numbers what is new,
 * writes it, and only then lets the index and the next group know of it.
 */
export class Committer {
  #head: number;
  #recordedAt: number;

  constructor(
    private readonly log: LogFile,
    private readonly index: StoreIndex,
    last: { readonly position: number; readonly recordedAt: number },
    private readonly beforeCommit: () => void,
  ) {
    this.#head = last.position;
    this.#recordedAt = last.recordedAt;
  }

  /** Throws StoreFault when nothing of the group could be written. */
  async commit(group: Group): Promise<Committed> {
    await this.index.room(group.count);
    const admission = new Admission(group, await this.index.lookUp(group), this.index, this.#head);
    const { reply, conflicts, accepted } = admission.decide();
    if (accepted.length > 0) {
      try {
        this.#write(group, admission);
      } catch (error) {
        this.index.unstage(admission.staged);
        throw logFault(error, this.log.path);
      }
    }
    return { reply, conflicts, head: this.#head };
  }

  #write(group: Group, { accepted: events, revisions, tails }: Admission): void {
    const types = this.#writeLog(group, events, revisions);
    for (const event of events) {
      this.index.addEvent(
        group.message.streams[group.stream[event]!]!,
        tails[group.stream[event]!]!,
        types[group.type[event]!]!,
        ++this.#head,
      );
    }
    this.index.added(this.#head, group.ids, events.at(-1)! * 16);
  }

  #writeLog(group: Group, events: readonly number[], revisions: Uint32Array): readonly number[] {
    let recordedAt = this.#recordedAt;
    try {
      this.log.begin();
      const typeIds = group.message.types.map((name) => this.log.typeId(name));
      const accepted: Accepted = { group, events, revisions, typeIds };
      for (let from = 0; from < events.length;) {
        const to = blockEnd(accepted, from);
        let types = 0n;
        const seen = new Set<number>();
        for (let i = from; i < to; i++) {
          recordedAt = Math.max(recordedAt, group.recordedAt[events[i]!]!);
          seen.add(typeIds[group.type[events[i]!]!]!);
        }
        for (const id of seen) types |= typeBit(id);
        const data = encodeBlock(accepted, from, to);
        this.log.insert(this.#head + 1 + from, to - from, recordedAt, types, data);
        from = to;
      }
      this.beforeCommit();
      this.log.commit();
      this.#recordedAt = recordedAt;
      return typeIds;
    } catch (error) {
      this.log.rollback();
      throw error;
    }
  }
}

/** Decides about the events of one group, in order, against what is recorded and what was accepted before. */
class Admission {
  readonly reply: GroupReply;
  readonly conflicts: Conflict[] = [];
  /** Numbers of the events to be recorded. */
  readonly accepted: number[] = [];
  /** Their ids. */
  readonly staged: string[] = [];
  readonly revisions: Uint32Array;
  /** By number of the stream in the group. */
  readonly tails: readonly StreamTail[];
  /** The next revision of each stream. */
  readonly #next: number[];

  constructor(
    private readonly group: Group,
    private readonly lookup: Lookup,
    private readonly index: StoreIndex,
    private readonly head: number,
  ) {
    this.reply = new GroupReply(group.count);
    this.revisions = new Uint32Array(group.count);
    this.tails = lookup.tails;
    this.#next = lookup.tails.map((tail) => tail.count);
  }

  decide(): this {
    const { requests = [this.group.count], atomic = [], expected = [] } = this.group.message;
    const allOrNone = new Set(atomic);
    const expectations = new Map<number, GroupExpectation[]>();
    for (const expectation of expected) {
      const ofRequest = expectations.get(expectation.request);
      if (ofRequest === undefined) expectations.set(expectation.request, [expectation]);
      else ofRequest.push(expectation);
    }
    let from = 0;
    requests.forEach((count, request) => {
      const ofRequest = expectations.get(request) ?? [];
      this.#request(request, from, from + count, allOrNone.has(request), ofRequest);
      from += count;
    });
    return this;
  }

  #request(
    request: number,
    from: number,
    to: number,
    atomic: boolean,
    expectations: readonly GroupExpectation[],
  ): void {
    const mark = this.accepted.length;
    const before = expectations.map(({ stream }) => this.#next[stream]!);
    let reused = false;
    for (let event = from; event < to; event++) reused = this.#event(event) === Status.reused || reused;
    if (this.accepted.length === mark) return;
    const conflict = expectations.findIndex(
      ({ stream, expected }, i) =>
        before[i] !== (expected === 'no-stream' ? 0 : expected + 1) && this.#counts(stream, mark, from, to),
    );
    if (conflict !== -1) {
      const { stream, expected } = expectations[conflict]!;
      const actual = before[conflict]! === 0 ? 'no-stream' : before[conflict]! - 1;
      this.conflicts.push({ request, stream: this.group.message.streams[stream]!, expected, actual });
    }
    if (conflict !== -1 || (atomic && reused)) this.#takeBack(mark, from, to);
  }

  /**
   * An expectation holds for what the request adds to its stream, and for a stream it only guards; a stream to
   * which the request brings nothing but repeats has moved by their first delivery.
   */
  #counts(stream: number, mark: number, from: number, to: number): boolean {
    for (let i = mark; i < this.accepted.length; i++)
      if (this.group.stream[this.accepted[i]!] === stream) return true;
    for (let event = from; event < to; event++) if (this.group.stream[event] === stream) return false;
    return true;
  }

  #event(event: number): number {
    const known = this.lookup.known.get(event);
    if (known !== undefined) {
      const same = Buffer.compare(known.subarray(HASH_AT, HASH_AT + 16), this.#hash(event)) === 0;
      return this.#repeat(event, same, readPosition(known), readUint32(known, REVISION_AT));
    }
    const id = this.group.ids.toString('latin1', event * 16, event * 16 + 16);
    const holder = this.index.stagedIn(id, this.group, event);
    if (holder !== undefined) {
      const entry = holder.find(id);
      const same = holder.hasHash(entry, this.group.hashes, event * 16);
      return this.#repeat(event, same, holder.position(entry), holder.revision(entry));
    }
    const stream = this.group.stream[event]!;
    const revision = this.#next[stream]!++;
    const position = this.head + this.accepted.push(event);
    this.revisions[event] = revision;
    this.staged.push(id);
    this.index.stage(id, this.group, event, position, revision);
    this.reply.set(event, Status.recorded, position, revision);
    return Status.recorded;
  }

  #hash(event: number): Uint8Array {
    return this.group.hashes.subarray(event * 16, event * 16 + 16);
  }

  #repeat(event: number, same: boolean, position: number, revision: number): number {
    const status = same ? Status.duplicate : Status.reused;
    this.reply.set(event, status, position, revision);
    return status;
  }

  /** Nothing of the request is recorded, nor what was said of repeats within it. */
  #takeBack(mark: number, from: number, to: number): void {
    const first = this.head + mark + 1;
    for (const event of this.accepted.splice(mark)) this.#next[this.group.stream[event]!]!--;
    this.index.unstage(this.staged.splice(mark));
    for (let event = from; event < to; event++) {
      if (this.reply.position[event]! < first) continue;
      const reused = this.reply.status[event] === Status.reused;
      this.reply.set(event, reused ? Status.reused : Status.abandoned, NOWHERE, 0);
    }
  }
}
