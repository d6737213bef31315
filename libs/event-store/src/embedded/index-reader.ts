import type { ReadPage, StoredEvent } from '#event-sourcing';
import { readMark, type Level } from './index-file.js';
import {
  CHUNK,
  chunkKey,
  decodePositions,
  decodeRising,
  decodeTail,
  headKey,
  idKey,
  readPosition,
  typeKey,
} from './index-keys.js';
import { PageBuilder, scanAll, scanTypes } from './log-page.js';
import type { LogReader } from './log-reader.js';
import { LogTail } from './log-tail.js';

/** More types than this are looked for in the log itself: together they are not sparse. */
const INDEXED_TYPES = 16;

/** Answers what takes the index: ids, streams, sparse types. What LevelDB lacks yet comes from the log's tail. */
export class IndexReader {
  readonly #tail: LogTail;

  constructor(
    private readonly log: LogReader,
    private readonly level: Level,
  ) {
    this.#tail = new LogTail(log);
  }

  find(id: Uint8Array): number | undefined {
    this.#advance();
    const found = this.#tail.find(Buffer.from(id).toString('latin1'));
    if (found !== undefined) return found;
    const value = this.level.getSync(idKey(id));
    return value === undefined ? undefined : readPosition(value);
  }

  /** Number of events in a stream. */
  count(stream: string): number {
    this.#advance();
    const tail = this.#tail.stream(stream);
    if (tail !== undefined) return tail.first + tail.positions.length;
    const value = this.level.getSync(headKey(stream));
    return value === undefined ? 0 : decodeTail(value).count;
  }

  async readStream(stream: string, from: number, limit: number): Promise<StoredEvent[]> {
    const page = new PageBuilder(limit);
    for (const position of await this.#positions(stream, from, limit)) {
      const block = this.log.blockAt(position)!;
      page.add(block.stored(position - block.first));
      if (page.full) break;
    }
    return page.events;
  }

  async readAll(after: number, limit: number, types: readonly string[] | undefined): Promise<ReadPage> {
    const checkpoint = this.#checkpoint();
    const head = this.log.head();
    const page = new PageBuilder(limit);
    if (after >= head) return page.page(after, after);
    if (types === undefined) return page.page(scanAll(this.log, page, after, head), head);
    const ids = this.log.typeIds(types);
    if (ids.length > INDEXED_TYPES) return page.page(scanTypes(this.log, page, after, head, ids), head);
    let scanned = after;
    if (after < checkpoint) {
      for (const position of await this.#positionsOfTypes(ids, after, limit)) {
        const block = this.log.blockAt(position)!;
        page.add(block.stored(position - block.first));
        scanned = position;
        if (page.full) return page.page(scanned, head);
      }
      scanned = Math.max(scanned, checkpoint);
    }
    if (scanned < head) scanned = scanTypes(this.log, page, scanned, head, ids);
    return page.page(scanned, head);
  }

  #checkpoint(): number {
    return readMark(this.level)?.position ?? 0;
  }

  #advance(): void {
    this.#tail.advance(this.#checkpoint());
  }

  /** Positions of the revisions `from` … `from + limit - 1`. */
  async #positions(stream: string, from: number, limit: number): Promise<number[]> {
    this.#advance();
    const value = this.level.getSync(headKey(stream));
    const indexed = value === undefined ? { count: 0, positions: [] } : decodeTail(value);
    const tail = this.#tail.stream(stream) ?? { first: indexed.count, positions: [] };
    const end = Math.min(from + limit, tail.first + tail.positions.length);
    const chunked = Math.min(end, indexed.count - indexed.positions.length, tail.first);
    const positions = await this.#chunks(stream, from, chunked);
    for (let revision = from + positions.length; revision < end; revision++) {
      const at = revision - tail.first;
      positions.push(
        at >= 0
          ? tail.positions[at]!
          : indexed.positions[revision - indexed.count + indexed.positions.length]!,
      );
    }
    return positions;
  }

  async #chunks(stream: string, from: number, to: number): Promise<number[]> {
    if (from >= to) return [];
    const first = Math.floor(from / CHUNK);
    const keys: Uint8Array[] = [];
    for (let chunk = first; chunk * CHUNK < to; chunk++) keys.push(chunkKey(stream, chunk));
    const values = await this.level.getMany(keys);
    return values.flatMap((value) => decodePositions(value!)).slice(from - first * CHUNK, to - first * CHUNK);
  }

  /** The first `limit` positions behind `after` of events of these types, as far as LevelDB has them. */
  async #positionsOfTypes(types: readonly number[], after: number, limit: number): Promise<number[]> {
    const positions: number[] = [];
    for (const type of types) {
      let wanted = limit;
      const range = { gte: typeKey(type, after + 1), lt: typeKey(type + 1, 0) };
      for await (const value of this.level.values(range)) {
        const behind = decodeRising(value).filter((position) => position > after);
        positions.push(...behind);
        wanted -= behind.length;
        if (wanted <= 0) break;
      }
    }
    return positions.sort((a, b) => a - b).slice(0, limit);
  }
}
