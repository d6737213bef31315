import { Admission } from './admission.js';
import { blockEnd, encodeBlock, type Accepted } from './block.js';
import { sqliteFault } from '../sqlite-fault.js';
import type { Group } from './group.js';
import { type Conflict, type GroupReply } from './group-reply.js';
import { KEY_WORDS } from './key-table.js';
import { type LogFile, typeBit } from './log-file.js';
import type { LogReader } from './log-reader.js';
import type { LastEvent } from './pending-index.js';
import type { Lookup, StoreIndex } from './store-index.js';

/** The result of a commit. */
export interface Committed {
  readonly reply: GroupReply;
  readonly conflicts: readonly Conflict[];
  /** The log's last position after the commit. */
  readonly head: number;
  /** The last event of the commit; absent where nothing was new. */
  readonly last?: LastEvent;
}

/** A block that was written and is to be indexed. */
interface WrittenBlock {
  readonly first: number;
  readonly types: ReadonlySet<number>;
}

/** A commit that the index lacks. */
interface Unindexed {
  readonly group: Group;
  readonly lookup: Lookup;
  readonly admission: Admission;
  readonly blocks: readonly WrittenBlock[];
  readonly last: LastEvent;
}

/**
 * Takes a group of requests into the log in one commit: decides what is new and writes it; the index follows. When
 * writing fails nothing has changed.
 */
export class Committer {
  #head: number;
  #recordedAt: number;
  #unindexed: Unindexed | undefined;
  /** The last write failed. */
  #failed = false;

  constructor(
    private readonly log: LogFile,
    private readonly reader: LogReader,
    private readonly storeIndex: StoreIndex,
    private readonly beforeCommit: () => void,
  ) {
    this.#head = reader.head();
    this.#recordedAt = reader.lastRecordedAt();
  }

  /** Durable when it answers; `index` must follow. Throws StoreFault when nothing of the group could be written. */
  async commit(group: Group): Promise<Committed> {
    await this.storeIndex.room(group.count);
    const lookup = this.storeIndex.lookUp(group);
    const admission = new Admission(group, lookup, this.reader, this.#head);
    const { reply, conflicts, accepted, revisions } = admission;
    const blocks = accepted.length === 0 ? [] : this.#write(group, accepted, revisions);
    this.#head += accepted.length;
    if (accepted.length === 0) return { reply, conflicts, head: this.#head };
    const at = accepted.at(-1)! * 16;
    const last = { position: this.#head, id: group.ids.toString('hex', at, at + 16) };
    this.#unindexed = { group, lookup, admission, blocks, last };
    return { reply, conflicts, head: this.#head, last };
  }

  /** After a failure tries whether a commit works again. Throws StoreFault when it does not. */
  checkWritable(): void {
    if (this.#failed) this.#inCommit(() => this.log.noteProbe());
  }

  /** Indexes the last commit: to be called after its answer and before the next commit. */
  index(): void {
    if (this.#unindexed === undefined) return;
    const { group, lookup, admission, blocks, last } = this.#unindexed;
    const { accepted: events, revisions } = admission;
    let position = this.#head - events.length;
    for (const event of events) {
      const stream = group.stream[event]! * KEY_WORDS;
      const revision = revisions[event]!;
      this.storeIndex.add(group.idWords, event * KEY_WORDS, lookup.streams, stream, revision, ++position);
    }
    for (const { first, types } of blocks) this.storeIndex.addTypes(types, first);
    this.storeIndex.added(last);
    this.#unindexed = undefined;
  }

  #write(group: Group, events: readonly number[], revisions: Uint32Array): readonly WrittenBlock[] {
    let recordedAt = this.#recordedAt;
    const blocks = this.#inCommit(() => {
      const typeIds = group.message.types.map((name) => this.log.typeId(name));
      const accepted: Accepted = { group, events, revisions, typeIds };
      const written: WrittenBlock[] = [];
      for (let from = 0; from < events.length;) {
        const to = blockEnd(accepted, from);
        const types = new Set<number>();
        for (let i = from; i < to; i++) {
          recordedAt = Math.max(recordedAt, group.recordedAt[events[i]!]!);
          types.add(typeIds[group.type[events[i]!]!]!);
        }
        const first = this.#head + 1 + from;
        this.log.insert(first, to - from, recordedAt, typeBits(types), encodeBlock(accepted, from, to));
        written.push({ first, types });
        from = to;
      }
      return written;
    });
    this.#recordedAt = recordedAt;
    return blocks;
  }

  #inCommit<T>(write: () => T): T {
    try {
      this.log.begin();
      const result = write();
      this.beforeCommit();
      this.log.commit();
      this.#failed = false;
      return result;
    } catch (error) {
      this.#failed = true;
      this.log.rollback();
      throw sqliteFault(error, 'store', this.log.path);
    }
  }
}

function typeBits(types: ReadonlySet<number>): bigint {
  let bits = 0n;
  for (const type of types) bits |= typeBit(type);
  return bits;
}
