import { Admission } from './admission.js';
import { blockEnd, encodeBlock, type Accepted } from './block.js';
import { logFault } from './faults.js';
import type { Group } from './group.js';
import { type Conflict, type GroupReply } from './group-reply.js';
import { KEY_WORDS } from './key-table.js';
import { type LogFile, typeBit } from './log-file.js';
import type { LogReader } from './log-reader.js';
import type { Lookup, StoreIndex } from './store-index.js';

/** What one commit did. */
export interface Committed {
  readonly reply: GroupReply;
  readonly conflicts: readonly Conflict[];
  /** The last position after it. */
  readonly head: number;
}

/** A block that was written, for the index. */
interface WrittenBlock {
  readonly first: number;
  readonly types: ReadonlySet<number>;
}

/**
 * Takes a group of requests into the log in one commit: decides what is new, writes it, and only then lets the
 * index know of it. When writing fails nothing has changed.
 */
export class Committer {
  #head: number;
  #recordedAt: number;

  constructor(
    private readonly log: LogFile,
    private readonly reader: LogReader,
    private readonly index: StoreIndex,
    private readonly beforeCommit: () => void,
  ) {
    this.#head = reader.head();
    this.#recordedAt = reader.lastRecordedAt();
  }

  /**
   * Answers as soon as the group is durable; the index hears of it afterwards, and before the next group is looked
   * at. Throws StoreFault when nothing of the group could be written.
   */
  async commit(group: Group, answer: (committed: Committed) => void): Promise<void> {
    await this.index.room(group.count);
    const lookup = this.index.lookUp(group);
    const admission = new Admission(group, lookup, this.reader, this.#head);
    const { reply, conflicts, accepted, revisions } = admission;
    const blocks = accepted.length === 0 ? [] : this.#write(group, accepted, revisions);
    this.#head += accepted.length;
    answer({ reply, conflicts, head: this.#head });
    if (accepted.length > 0) this.#index(group, lookup, admission, blocks);
  }

  #index(
    group: Group,
    { streams }: Lookup,
    { accepted: events, revisions }: Admission,
    blocks: readonly WrittenBlock[],
  ): void {
    let position = this.#head - events.length;
    for (const event of events) {
      const stream = group.stream[event]! * KEY_WORDS;
      this.index.add(group.idWords, event * KEY_WORDS, streams, stream, revisions[event]!, ++position);
    }
    for (const { first, types } of blocks) this.index.addTypes(types, first);
    const last = events.at(-1)! * 16;
    this.index.added({ position, id: group.ids.toString('hex', last, last + 16) });
  }

  #write(group: Group, events: readonly number[], revisions: Uint32Array): readonly WrittenBlock[] {
    try {
      this.log.begin();
      const typeIds = group.message.types.map((name) => this.log.typeId(name));
      const accepted: Accepted = { group, events, revisions, typeIds };
      const blocks: WrittenBlock[] = [];
      let recordedAt = this.#recordedAt;
      for (let from = 0; from < events.length;) {
        const to = blockEnd(accepted, from);
        const types = new Set<number>();
        for (let i = from; i < to; i++) {
          recordedAt = Math.max(recordedAt, group.recordedAt[events[i]!]!);
          types.add(typeIds[group.type[events[i]!]!]!);
        }
        const first = this.#head + 1 + from;
        this.log.insert(first, to - from, recordedAt, typeBits(types), encodeBlock(accepted, from, to));
        blocks.push({ first, types });
        from = to;
      }
      this.beforeCommit();
      this.log.commit();
      this.#recordedAt = recordedAt;
      return blocks;
    } catch (error) {
      this.log.rollback();
      throw logFault(error, this.log.path);
    }
  }
}

function typeBits(types: ReadonlySet<number>): bigint {
  let bits = 0n;
  for (const type of types) bits |= typeBit(type);
  return bits;
}
