import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { bytesOf, stringsOf, type Call } from './trace.js';

/** Something done to a file or to a folder's names. */
interface Change {
  readonly began: number;
  readonly ended: number;
}

interface Write extends Change {
  readonly at: number;
  readonly bytes: Buffer;
}

interface Truncation extends Change {
  readonly length: number;
}

interface File {
  readonly changes: (Write | Truncation)[];
  readonly syncs: Change[];
}

/** A name that came (`file`) or went. */
interface Naming extends Change {
  readonly path: string;
  readonly file: File | undefined;
}

/** Numbers from 0 (inclusive) to 1. */
export type Random = () => number;

/** A disk writes sectors of this size whole. */
const SECTOR = 512;

/**
 * The disk as a traced run used it. Of a power cut it can tell how things may stand afterwards: what a sync covered
 * is there; of the rest each write is there, or not, or torn, whatever came later; names that no sync of their folder
 * covered are there up to some point.
 */
export class Disk {
  readonly #names = new Map<string, File>();
  readonly #namings = new Map<string, Naming[]>();
  readonly #folderSyncs = new Map<string, Change[]>();
  readonly #files: File[] = [];
  readonly #output: (Change & { readonly bytes: Buffer })[] = [];

  constructor(
    private readonly root: string,
    calls: readonly Call[],
  ) {
    for (const call of calls) this.#play(call);
  }

  /** What had been written to standard output before `cut`: what the world knew. */
  outputBefore(cut: number): string {
    return Buffer.concat(
      this.#output.filter(({ began }) => began < cut).map(({ bytes }) => bytes),
    ).toString();
  }

  /** Lines of the trace at which the world had just been told something. */
  get tellings(): readonly number[] {
    return this.#output.map(({ began }) => began + 1);
  }

  /** Writes the disk into `target` as it may stand after a cut. */
  rebuild(target: string, cut: number, random: Random): void {
    const mood = random();
    const fate = () => (mood < 0.15 ? 0 : mood < 0.3 ? 1 : random());
    for (const [path, file] of this.#namesAfter(cut, fate)) {
      const place = join(target, relative(this.root, path));
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, contentAfter(file, cut, fate));
    }
  }

  #play(call: Call): void {
    const { name, path, text } = call;
    if (name === 'write' && text.startsWith('1<')) {
      this.#output.push({ ...call, bytes: stringsOf(text)[0] ?? Buffer.alloc(0) });
    }
    // Shared memory and locks do not outlive the machine.
    if (!path.startsWith(this.root) || /-shm$|\/lock/.test(path)) return;
    if (name === 'openat') this.#open(call);
    else if (name === 'unlink' || name === 'unlinkat') this.#name(call, path, undefined);
    else if (name.startsWith('rename')) {
      const to = stringsOf(text)[1]!.toString();
      this.#name(call, to, this.#names.get(path));
      this.#name(call, path, undefined);
    } else if (name === 'fsync' || name === 'fdatasync') this.#sync(call);
    else if (name === 'pwrite64') {
      const [, hex, offset] = /"([^"]*)", \d+, (\d+)/.exec(text)!;
      this.#change(path, { ...call, at: Number(offset), bytes: bytesOf(hex!) });
    } else if (name === 'ftruncate')
      this.#change(path, { ...call, length: Number(/>, (\d+)/.exec(text)![1]) });
    else if (name !== 'mkdir') throw new Error(`${name} of ${path}: not expected`);
  }

  #open(call: Call): void {
    if (!call.text.includes('O_CREAT')) return;
    if (this.#names.has(call.path) && !call.text.includes('O_TRUNC')) return;
    const file: File = { changes: [], syncs: [] };
    this.#files.push(file);
    this.#name(call, call.path, file);
  }

  #name(change: Change, path: string, file: File | undefined): void {
    if (file === undefined) this.#names.delete(path);
    else this.#names.set(path, file);
    const folder = dirname(path);
    const namings = this.#namings.get(folder) ?? [];
    this.#namings.set(folder, namings);
    namings.push({ ...change, path, file });
  }

  #sync(call: Call): void {
    const file = this.#names.get(call.path);
    if (file !== undefined) {
      file.syncs.push(call);
      return;
    }
    const syncs = this.#folderSyncs.get(call.path) ?? [];
    this.#folderSyncs.set(call.path, syncs);
    syncs.push(call);
  }

  #change(path: string, change: Write | Truncation): void {
    const file = this.#names.get(path);
    if (file === undefined) throw new Error(`a write to ${path}, which was not made`);
    file.changes.push(change);
  }

  /** Names come and go in order, as in a file system's journal: those not synced up to a point of chance. */
  #namesAfter(cut: number, fate: Random): Map<string, File> {
    const names = new Map<string, File>();
    for (const [folder, namings] of this.#namings) {
      let unsynced = true;
      for (const naming of namings.filter(({ began }) => began < cut)) {
        if (!isSynced(naming, this.#folderSyncs.get(folder) ?? [], cut)) unsynced &&= fate() < 0.7;
        if (!unsynced) break;
        if (naming.file === undefined) names.delete(naming.path);
        else names.set(naming.path, naming.file);
      }
    }
    return names;
  }
}

/** Whether one of the syncs that ended before the cut began after the change had ended. */
function isSynced(change: Change, syncs: readonly Change[], cut: number): boolean {
  return syncs.some(({ began, ended }) => began > change.ended && ended < cut);
}

function contentAfter({ changes, syncs }: File, cut: number, fate: Random): Buffer {
  let content: Buffer = Buffer.alloc(0);
  for (const change of changes.filter(({ began }) => began < cut)) {
    const chance = isSynced(change, syncs, cut) ? 1 : fate();
    if (chance < 0.4) continue;
    if ('length' in change) {
      content = resized(content, change.length);
      continue;
    }
    const torn =
      chance < 0.6 ? Math.floor((change.bytes.length * fate()) / SECTOR) * SECTOR : change.bytes.length;
    content = resized(content, Math.max(content.length, change.at + torn));
    change.bytes.copy(content, change.at, 0, torn);
  }
  return content;
}

function resized(content: Buffer, length: number): Buffer {
  if (content.length === length) return content;
  const other = Buffer.alloc(length);
  content.copy(other);
  return other;
}
