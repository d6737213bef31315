import { rmSync } from 'node:fs';
import { ClassicLevel } from 'classic-level';
import type { Generation } from './generation.js';
import { linkKey, MARK_KEY, positionValue, readPosition } from './index-keys.js';

/** How LevelDB is opened: by the writing thread and the reading thread of one process, which share it. */
export const LEVEL_OPTIONS = {
  keyEncoding: 'view',
  valueEncoding: 'view',
  multithreading: true,
  compression: false,
  writeBufferSize: 4 * 1024 * 1024,
  maxFileSize: 8 * 1024 * 1024,
  cacheSize: 16 * 1024 * 1024,
} as const;

export type Level = ClassicLevel<Uint8Array, Uint8Array>;

/**
 * After so many bytes of batches a batch has left LevelDB's unsynced logs for its synced tables: at most two
 * write buffers are in logs.
 */
const SETTLED_BYTES = 4 * LEVEL_OPTIONS.writeBufferSize;

/** What the index says of itself, in each batch. */
export interface IndexMark {
  readonly storeId: string;
  /** All entries up to here are in the index, and none beyond. */
  readonly position: number;
  /** Id of the event at `position`, hexadecimal: tells another log from a longer one. */
  readonly eventId: string;
  /** Batches up to here are in synced files. */
  readonly settled: number;
}

/**
 * The derived index in LevelDB. A batch holds the entries of a generation, the mark, and a link to the batch
 * before. Batches are not synced: a power cut may take the last of them, and, since LevelDB skips what is torn in
 * its log, also some in the middle. The links show that: such an index is not used.
 */
export class IndexFile {
  readonly #level: Level;
  readonly #storeId: string;
  /** Batches since `settled`: up to which position, and after how many bytes. */
  #links: { position: number; bytes: number }[];
  #bytes = 0;
  #settled: number;
  #checkpoint: number;

  private constructor(level: Level, storeId: string, settled: number, links: readonly number[]) {
    this.#level = level;
    this.#storeId = storeId;
    this.#settled = settled;
    this.#links = links.map((position) => ({ position, bytes: 0 }));
    this.#checkpoint = links.at(-1) ?? settled;
  }

  /**
   * Opens the index of the log; undefined when there is none to use: unreadable, torn, of another log, or ahead of it
   * (`idAt` gives the hexadecimal id at a position of the log). It must then be removed and made anew.
   */
  static async open(
    folder: string,
    storeId: string,
    idAt: (position: number) => string | undefined,
  ): Promise<IndexFile | undefined> {
    const level: Level = new ClassicLevel(folder, LEVEL_OPTIONS);
    try {
      await level.open();
      const mark = readMark(level);
      if (mark === undefined) return new IndexFile(level, storeId, 0, []);
      if (mark.storeId === storeId && idAt(mark.position) === mark.eventId) {
        const links = linksOf(level, mark);
        if (links !== undefined) return new IndexFile(level, storeId, mark.settled, links);
      }
    } catch {
      // Unreadable: it is derived, and made anew.
    }
    await level.close().catch(() => undefined);
    return undefined;
  }

  static remove(folder: string): void {
    rmSync(folder, { recursive: true, force: true });
  }

  /** All entries up to here are in LevelDB. */
  get checkpoint(): number {
    return this.#checkpoint;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#level.getSync(key);
  }

  getMany(keys: Uint8Array[]): Promise<(Uint8Array | undefined)[]> {
    return this.#level.getMany(keys);
  }

  /** Writes a generation, which reaches up to `position`, in one batch. */
  async write(generation: Generation, position: number, eventId: string): Promise<void> {
    const batch = this.#level.batch();
    let bytes = 0;
    generation.write((key, value) => {
      bytes += key.length + value.length;
      batch.put(key, value);
    });
    const unsettled = this.#links.findIndex((link) => this.#bytes + bytes - link.bytes < SETTLED_BYTES);
    const settling = this.#links.splice(0, unsettled === -1 ? this.#links.length : unsettled);
    for (const link of settling) batch.del(linkKey(link.position));
    batch.put(linkKey(position), positionValue(this.#checkpoint));
    const settled = settling.at(-1)?.position ?? this.#settled;
    const mark: IndexMark = { storeId: this.#storeId, position, eventId, settled };
    batch.put(MARK_KEY, Buffer.from(JSON.stringify(mark)));
    await batch.write();
    this.#bytes += bytes;
    this.#links.push({ position, bytes: this.#bytes });
    this.#settled = settled;
    this.#checkpoint = position;
  }

  async close(): Promise<void> {
    await this.#level.close();
  }
}

export function readMark(level: Level): IndexMark | undefined {
  const mark = level.getSync(MARK_KEY);
  return mark === undefined ? undefined : (JSON.parse(Buffer.from(mark).toString()) as IndexMark);
}

/** The positions of the batches since `settled`, in order; undefined when one is missing. */
function linksOf(level: Level, mark: IndexMark): readonly number[] | undefined {
  const positions: number[] = [];
  let position = mark.position;
  while (position > mark.settled) {
    positions.unshift(position);
    const link = level.getSync(linkKey(position));
    if (link === undefined) return undefined;
    position = readPosition(link);
  }
  return position === mark.settled ? positions : undefined;
}
