import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { StoreFault } from '#event-sourcing';
import { Block } from './block.js';
import type { LogHead } from './head-file.js';
import { guarded, sqliteFault } from '../sqlite-fault.js';
import { typeBit } from './log-file.js';

interface BlockRow {
  readonly first: number;
  readonly count: number;
  readonly data: Uint8Array;
}

/**
 * Reads log.sqlite through a connection of its own, which never waits for a writer. Each call sees what is
 * committed when it is made.
 */
export class LogReader {
  readonly #file: DatabaseSync;
  readonly #at: StatementSync;
  readonly #from: StatementSync;
  readonly #fromWithTypes: StatementSync;
  readonly #last: StatementSync;
  readonly #recorded: StatementSync;
  readonly #typeId: StatementSync;
  readonly #typeIds = new Map<string, number>();
  /** The block read last: the next page or the next event of a stream is often in it. */
  #block: Block | undefined;

  constructor(readonly path: string) {
    try {
      this.#file = new DatabaseSync(path, { readOnly: true });
      this.#file.exec('PRAGMA cache_size=-16384');
      const rows = 'SELECT first, count, data FROM blocks';
      this.#at = this.#file.prepare(`${rows} WHERE first <= ? ORDER BY first DESC LIMIT 1`);
      this.#from = this.#file.prepare(`${rows} WHERE first >= ? ORDER BY first LIMIT 1`);
      this.#fromWithTypes = this.#file.prepare(
        `${rows} WHERE first >= ? AND first <= ? AND types & ? <> 0 ORDER BY first LIMIT 1`,
      );
      this.#last = this.#file.prepare(
        'SELECT first + count - 1 AS head FROM blocks ORDER BY first DESC LIMIT 1',
      );
      this.#recorded = this.#file.prepare(
        'SELECT first, count, recorded_at FROM blocks WHERE first <= ? ORDER BY first DESC LIMIT 1',
      );
      this.#typeId = this.#file.prepare('SELECT id FROM types WHERE name = ?');
    } catch (error) {
      throw sqliteFault(error, 'store', path);
    }
  }

  /** The last position, 0 when the log is empty. */
  head(): number {
    return (this.#guard(() => this.#last.get()) as { head: number } | undefined)?.head ?? 0;
  }

  /** Where the log of this store and epoch ends. The id of a damaged event reads as empty. */
  lastEvent({ storeId, epoch }: { readonly storeId: string; readonly epoch: string }): LogHead {
    const position = this.head();
    return { storeId, epoch, position, eventId: position === 0 ? '' : this.#idAt(position) };
  }

  /** The latest recordedAt in the log, ms; 0 when it is empty. */
  lastRecordedAt(): number {
    const row = this.#guard(() => this.#recorded.get(Number.MAX_SAFE_INTEGER)) as
      { recorded_at: number } | undefined;
    return row?.recorded_at ?? 0;
  }

  /** The block that holds a position; undefined behind the end of the log. */
  blockAt(position: number): Block | undefined {
    const cached = this.#block;
    if (cached !== undefined && position >= cached.first && position <= cached.last) return cached;
    const row = this.#guard(() => this.#at.get(position)) as BlockRow | undefined;
    // The block before the position is not decoded: if it is damaged, that does not affect this question.
    return row !== undefined && position < row.first + row.count ? this.#decode(row) : undefined;
  }

  /** The blocks from the one that holds `position` on, each read when it is asked for. */
  *blocksFrom(position: number): Generator<Block> {
    let block = this.blockAt(position);
    while (block !== undefined) {
      yield block;
      const next = block.last + 1;
      block = this.#decode(this.#guard(() => this.#from.get(next)));
    }
  }

  /** The first block in `first`…`last` whose types may include one of these. */
  blockWithTypes(first: number, last: number, types: bigint): Block | undefined {
    return this.#decode(this.#guard(() => this.#fromWithTypes.get(first, last, types)));
  }

  /** The log's numbers of these types; unknown ones are left out. */
  typeIds(names: readonly string[]): readonly number[] {
    return names.map((name) => this.#idOf(name)).filter((id) => id !== undefined);
  }

  /** The last position before the first event recorded later than `recordedAt` (ms). */
  positionAt(recordedAt: number): number {
    const head = this.head();
    // The ends of two blocks: up to `low` all was recorded by then, after `high` comes one that was not.
    let low = 0;
    let high = head;
    while (low < high) {
      const row = this.#guard(() => this.#recorded.get(Math.ceil((low + high) / 2))) as {
        first: number;
        count: number;
        recorded_at: number;
      };
      if (row.recorded_at <= recordedAt) low = row.first + row.count - 1;
      else high = row.first - 1;
    }
    if (low === head) return head;
    return low + this.blockAt(low + 1)!.recordedAt.findIndex((at) => at > recordedAt);
  }

  close(): void {
    this.#file.close();
  }

  #idAt(position: number): string {
    try {
      const block = this.blockAt(position)!;
      return block.idText(position - block.first);
    } catch (error) {
      if (error instanceof StoreFault && error.code === 'store-damaged') return '';
      throw error;
    }
  }

  #idOf(name: string): number | undefined {
    let id = this.#typeIds.get(name);
    if (id === undefined) {
      id = (this.#guard(() => this.#typeId.get(name)) as { id: number } | undefined)?.id;
      if (id !== undefined) this.#typeIds.set(name, id);
    }
    return id;
  }

  #decode(row: unknown): Block | undefined {
    if (row === undefined) return undefined;
    const { first, data } = row as BlockRow;
    return (this.#block = new Block(first, data));
  }

  #guard<T>(read: () => T): T {
    return guarded('store', this.path, read);
  }
}

/** The bits of several types. */
export function typeBits(ids: readonly number[]): bigint {
  return ids.reduce((bits, id) => bits | typeBit(id), 0n);
}
