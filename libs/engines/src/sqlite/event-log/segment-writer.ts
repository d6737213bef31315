import {
  closeSync,
  constants,
  fdatasyncSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { syncFolder } from '../make-folder.js';
import { ENTRY_WORDS } from './index-entries.js';
import { encodeHeader, HEADER_BYTES, segmentName, type SegmentHeader } from './segment-header.js';

/** Entries between two fences: one read of 3 KiB finds a key. */
export const FENCE_ENTRIES = 128;

/** A merged segment is synced in pieces of this size, so that the log's own syncs never wait for all of it. */
const SYNC_BYTES = 4 * 1024 * 1024;

/** Made or emptied, but never through a link. Windows knows no such flag. */
const NEW_FILE =
  constants.O_WRONLY |
  constants.O_CREAT |
  constants.O_TRUNC |
  ((constants.O_NOFOLLOW as number | undefined) ?? 0);

/**
 * Writes a segment: header, entries of the three sections in order, then each section's fences (the first word of every
 * 128th entry). The file gets its name when it is complete.
 */
export class SegmentWriter {
  readonly #file: number;
  readonly #temporary: string;
  readonly #fences: number[][] = [[], [], []];
  readonly #counts: [number, number, number] = [0, 0, 0];
  #section = 0;
  #at = HEADER_BYTES;
  #crc = 0;
  #unsynced = 0;

  constructor(
    private readonly folder: string,
    private readonly head: Pick<SegmentHeader, 'storeId' | 'from' | 'to' | 'eventId' | 'synced'>,
  ) {
    this.#temporary = join(folder, `${segmentName(head.from, head.to)}.new`);
    this.#file = openSync(this.#temporary, NEW_FILE, 0o600);
  }

  /** Adds sorted entries to a section; sections come in order. */
  add(section: number, entries: Uint32Array): void {
    this.#section = section;
    const fences = this.#fences[section]!;
    const count = entries.length / ENTRY_WORDS;
    const before = this.#counts[section]!;
    for (let i = (FENCE_ENTRIES - (before % FENCE_ENTRIES)) % FENCE_ENTRIES; i < count; i += FENCE_ENTRIES) {
      fences.push(entries[i * ENTRY_WORDS]!);
    }
    this.#counts[this.#section]! += count;
    this.#write(entries);
  }

  /** Completes and renames the file; returns its size in bytes. */
  finish(): number {
    for (const fences of this.#fences) this.#write(Uint32Array.from(fences));
    const header = encodeHeader({ ...this.head, counts: this.#counts, crc: this.#crc });
    writeAll(this.#file, header, 0);
    if (this.head.synced) fsyncSync(this.#file);
    closeSync(this.#file);
    renameSync(this.#temporary, join(this.folder, segmentName(this.head.from, this.head.to)));
    if (this.head.synced) syncFolder(this.folder);
    return this.#at;
  }

  /** Removes the unfinished file. */
  abandon(): void {
    try {
      closeSync(this.#file);
    } catch {
      // It was closed already.
    }
    rmSync(this.#temporary, { force: true });
  }

  #write(words: Uint32Array): void {
    const bytes = Buffer.from(words.buffer, words.byteOffset, words.byteLength);
    writeAll(this.#file, bytes, this.#at);
    this.#at += bytes.length;
    this.#crc = crc32(bytes, this.#crc);
    this.#unsynced += bytes.length;
    if (!this.head.synced || this.#unsynced < SYNC_BYTES) return;
    fdatasyncSync(this.#file);
    this.#unsynced = 0;
  }
}

function writeAll(file: number, bytes: Buffer, at: number): void {
  for (let done = 0; done < bytes.length;)
    done += writeSync(file, bytes, done, bytes.length - done, at + done);
}
