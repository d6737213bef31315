import { StoreFault } from '#event-sourcing';
import type { ReadPage, StoredEvent } from '#event-store';
import type { Block } from './block.js';
import { PageBuilder, scanAll, scanTypes } from './log-page.js';
import type { LogReader } from './log-reader.js';
import { LogTail } from './log-tail.js';
import type { LogIndex } from './log-index.js';
import { streamKey } from './stream-key.js';

/** With more types than this the log itself is scanned: together they are not sparse. */
const INDEXED_TYPES = 16;

/** Answers questions that take the index: ids, streams, sparse types. What the index lacks yet comes from the log's tail. */
export class IndexReader {
  readonly #tail: LogTail;

  constructor(
    private readonly log: LogReader,
    private readonly index: LogIndex,
  ) {
    this.#tail = new LogTail(log);
  }

  /** Position of an id of four words; -1 when it was never recorded. */
  find(id: Uint32Array): number {
    this.#advance();
    const inTail = this.#tail.find(id);
    if (inTail !== -1) return inTail;
    const position = this.index.findId(id, 0);
    if (position === -1) return -1;
    const block = this.#block(position);
    const bytes = new Uint8Array(id.buffer, id.byteOffset, 16);
    if (!block.hasId(position - block.first, bytes, 0)) throw damagedIndex(position);
    return position;
  }

  /** Number of events in a stream. */
  count(stream: string): number {
    this.#advance();
    const tail = this.#tail.stream(stream);
    return tail === undefined ? this.index.countOf(streamKey(stream)) : tail.first + tail.positions.length;
  }

  readStream(stream: string, from: number, limit: number): StoredEvent[] {
    const page = new PageBuilder(limit);
    for (const position of this.#positions(stream, from, limit)) {
      const block = this.#block(position);
      if (block.stream(position - block.first) !== stream) continue;
      page.add(block.stored(position - block.first));
      if (page.full) break;
    }
    return page.events;
  }

  readAll(after: number, limit: number, types: readonly string[] | undefined): ReadPage {
    const head = this.log.head();
    const page = new PageBuilder(limit);
    if (after >= head) return page.page(after, after);
    if (types === undefined) return page.page(scanAll(this.log, page, after, head), head);
    const ids = this.log.typeIds(types);
    const scan =
      ids.length > INDEXED_TYPES
        ? scanTypes(this.log, page, after, head, ids)
        : this.#types(page, after, head, ids);
    return page.page(scan, head);
  }

  /** Throws StoreFault `store-damaged` when the index names a position that the log does not have. */
  #block(position: number): Block {
    const block = this.log.blockAt(position);
    if (block === undefined) throw damagedIndex(position);
    return block;
  }

  /** Brings index and tail up to the log's end. */
  #advance(): void {
    this.#tail.advance(this.index.refresh());
  }

  /** Positions of the revisions `from` … `from + limit - 1`. */
  #positions(stream: string, from: number, limit: number): number[] {
    this.#advance();
    const tail = this.#tail.stream(stream);
    const inSegments = Math.max(0, (tail?.first ?? Infinity) - from);
    const positions =
      inSegments === 0
        ? []
        : this.index.positionsOf(streamKey(stream), from, from + Math.min(limit, inSegments));
    if (tail === undefined) return positions;
    const start = from + positions.length - tail.first;
    return [...positions, ...tail.positions.slice(start, start + limit - positions.length)];
  }

  /** Adds the events of few types, block by block as the index names them. Returns the last position scanned. */
  #types(page: PageBuilder, after: number, head: number, types: readonly number[]): number {
    const indexed = Math.min(head, this.index.refresh());
    let scanned = after;
    const current = this.log.blockAt(after + 1)!;
    scanned = scanTypes(this.log, page, scanned, Math.min(head, current.last), types);
    if (page.full) return scanned;
    for (const first of scanned < indexed ? this.#blocks(types, scanned, page.room) : []) {
      scanned = scanTypes(this.log, page, first - 1, this.#block(first).last, types);
      if (page.full) return scanned;
    }
    scanned = Math.max(scanned, indexed);
    return scanned < head ? scanTypes(this.log, page, scanned, head, types) : scanned;
  }

  /** First positions of the next `limit` blocks that have one of these types. */
  #blocks(types: readonly number[], after: number, limit: number): readonly number[] {
    const firsts = new Set(types.flatMap((type) => this.index.blocksWith(type, after, limit)));
    return [...firsts].sort((a, b) => a - b).slice(0, limit);
  }
}

function damagedIndex(position: number): StoreFault {
  return new StoreFault(
    'store-damaged',
    `the index of the event log is damaged (it names position ${position} wrongly): a restart rebuilds it`,
    { position },
  );
}
