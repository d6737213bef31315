import { dirname } from 'node:path';
import type { Random } from './random.js';
import type { DataChange, NameChange, Step, Sync, TracedFile } from './steps.js';

/**
 * How names behave in a power cut. `journal`: as on ext4 in its default mode and on XFS — names are changed in the
 * order of the calls, and a sync of a file or folder brings along all that was changed up to its own last change.
 * `loose`: as POSIX leaves it open — a name is safe only when its folder was synced; each other change of names is
 * there or not, by itself (though never before an earlier change of the same name).
 */
export type DiskModel = 'journal' | 'loose';

interface Pending<Change> {
  readonly change: Change;
  ended: boolean;
}

/** What one file has on the disk for certain, and what may have come to it since. */
class FileOnDisk {
  #bytes = Buffer.alloc(0);
  #size = 0;
  pending: Pending<DataChange>[] = [];

  get content(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#size));
  }

  apply({ offset, bytes }: Pick<DataChange, 'offset' | 'bytes'>): void {
    const end = offset + (bytes?.length ?? 0);
    if (end > this.#bytes.length) {
      const grown = Buffer.alloc(Math.max(end, 2 * this.#bytes.length));
      this.#bytes.copy(grown, 0, 0, this.#size);
      this.#bytes = grown;
    }
    if (bytes === undefined) {
      if (offset < this.#size) this.#bytes.fill(0, offset, this.#size);
      this.#size = offset;
    } else {
      bytes.copy(this.#bytes, offset);
      this.#size = Math.max(this.#size, end);
    }
  }

  copy(): FileOnDisk {
    const copy = new FileOnDisk();
    copy.apply({ offset: 0, bytes: this.content });
    return copy;
  }
}

/** What lies in the folder after the power came back, by path; folders have no bytes. */
export type Found = ReadonlyMap<string, Buffer | 'folder'>;

/** A folder's disk as far as a traced process got with it. */
export class Disk {
  readonly #files = new Map<TracedFile, FileOnDisk>();
  readonly #names = new Map<string, TracedFile>();
  #pendingNames: Pending<NameChange>[] = [];
  readonly #syncs = new Map<Sync, { data: Pending<DataChange>[]; names: Pending<NameChange>[] }>();

  /** `deaf`: files whose syncs the disk ignores, to see that losses are noticed. */
  constructor(
    private readonly folder: string,
    private readonly model: DiskModel,
    private readonly deaf: (path: string) => boolean = () => false,
  ) {}

  apply(step: Step): void {
    if (step.is === 'data-begun')
      this.#file(step.data.file).pending.push({ change: step.data, ended: false });
    else if (step.is === 'data-ended') end(this.#file(step.data.file).pending, step.data);
    else if (step.is === 'name-begun') this.#pendingNames.push({ change: step.name, ended: false });
    else if (step.is === 'name-ended') end(this.#pendingNames, step.name);
    else if (step.is === 'sync-begun') this.#syncs.set(step.sync, this.#covered(step.sync));
    else if (step.is === 'sync-ended') this.#synced(step.sync);
  }

  /** One of the states in which a power cut may leave the folder now. */
  afterCut(random: Random): Found {
    const names = new Map(this.#names);
    for (const change of this.#survivingNames(random)) rename(names, change);
    const found = new Map<string, Buffer | 'folder'>();
    for (const [path, file] of [...names].sort(([a], [b]) => (a < b ? -1 : 1))) {
      // Whatever is in a folder that is not there is not there.
      if (dirname(path) !== this.folder && found.get(dirname(path)) !== 'folder') continue;
      if (file.folder) found.set(path, 'folder');
      else found.set(path, this.#survivingBytes(file, random));
    }
    return found;
  }

  /** The folder when everything has reached the disk: must be what really lies there. */
  whole(): Found {
    const names = new Map(this.#names);
    for (const { change } of this.#pendingNames) rename(names, change);
    return new Map([...names].map(([path, file]) => [path, file.folder ? 'folder' : this.#all(file)]));
  }

  #file(file: TracedFile): FileOnDisk {
    let known = this.#files.get(file);
    if (known === undefined) this.#files.set(file, (known = new FileOnDisk()));
    return known;
  }

  #covered(sync: Sync) {
    const { only } = sync;
    const data = this.#file(sync.file).pending.filter(
      ({ ended, change }) => ended && (only === undefined || change === only),
    );
    if (only !== undefined) return { data, names: [] };
    const names = this.#pendingNames.filter(({ ended }) => ended);
    const concerned = ({ change }: Pending<NameChange>) =>
      (this.model === 'journal' && change.file === sync.file) ||
      (sync.file.folder && [change.from, change.to].some((path) => path && dirname(path) === sync.path));
    if (this.model === 'loose') return { data, names: names.filter(concerned) };
    return { data, names: names.slice(0, names.findLastIndex(concerned) + 1) };
  }

  #synced(sync: Sync): void {
    const { data, names } = this.#syncs.get(sync)!;
    this.#syncs.delete(sync);
    if (this.deaf(sync.path)) return;
    const file = this.#file(sync.file);
    for (const pending of data) if (file.pending.includes(pending)) file.apply(pending.change);
    file.pending = file.pending.filter((pending) => !data.includes(pending));
    for (const pending of names)
      if (this.#pendingNames.includes(pending)) rename(this.#names, pending.change);
    this.#pendingNames = this.#pendingNames.filter((pending) => !names.includes(pending));
  }

  #survivingNames(random: Random): NameChange[] {
    const changes = this.#pendingNames.map(({ change }) => change);
    if (this.model === 'journal') return changes.slice(0, random.between(0, changes.length));
    const probability = random.pick([0, 0.5, 0.9, 1]);
    const lost = new Set<string>();
    return changes.filter((change) => {
      const paths = [change.from, change.to].filter((path) => path !== undefined);
      const kept = random.chance(probability) && !paths.some((path) => lost.has(path));
      if (!kept) for (const path of paths) lost.add(path);
      return kept;
    });
  }

  #all(file: TracedFile): Buffer {
    const copy = this.#file(file).copy();
    for (const { change } of this.#file(file).pending) copy.apply(change);
    return copy.content;
  }

  #survivingBytes(file: TracedFile, random: Random): Buffer {
    const { pending } = this.#file(file);
    if (pending.length === 0) return this.#file(file).content;
    const copy = this.#file(file).copy();
    const changes = pending.map(({ change }) => change);
    for (const change of surviving(changes, random)) copy.apply(change);
    return copy.content;
  }
}

function end<Change>(pending: Pending<Change>[], change: Change): void {
  // What is not there any more cannot have been synced before it ended: only ended changes are.
  pending.find((one) => one.change === change)!.ended = true;
}

function rename(names: Map<string, TracedFile>, { file, from, to }: NameChange): void {
  if (from !== undefined && names.get(from) === file) names.delete(from);
  if (to !== undefined) names.set(to, file);
}

/** What a disk writes whole or not at all. */
const SECTOR = 512;

/** Which of a file's unsynced changes reach the disk, how much of each, and in which order. */
function surviving(changes: readonly DataChange[], random: Random): readonly DataChange[] {
  switch (random.pick(['none', 'all', 'first', 'some', 'some', 'sectors'] as const)) {
    case 'none':
      return [];
    case 'all':
      return changes;
    case 'first': {
      const kept = changes.slice(0, random.between(1, changes.length));
      return [...kept.slice(0, -1), ...torn(kept.at(-1)!, random)];
    }
    case 'some': {
      const probability = random.pick([0.1, 0.5, 0.9]);
      const kept = changes.filter(() => random.chance(probability));
      const pieces = kept.flatMap((change) => (random.chance(0.3) ? torn(change, random) : [change]));
      return random.chance(0.5) ? random.shuffled(pieces) : pieces;
    }
    case 'sectors': {
      const probability = random.pick([0.3, 0.7, 0.95]);
      return random.shuffled(changes.flatMap(sectors).filter(() => random.chance(probability)));
    }
  }
}

/** The beginning of a change, up to one of its sectors. */
function torn(change: DataChange, random: Random): DataChange[] {
  const all = sectors(change);
  return all.slice(0, random.between(0, all.length));
}

function sectors({ file, offset, bytes }: DataChange): DataChange[] {
  if (bytes === undefined) return [{ file, offset }];
  const pieces: DataChange[] = [];
  for (let at = 0; at < bytes.length;) {
    const next = Math.min(bytes.length, at + SECTOR - ((offset + at) % SECTOR));
    pieces.push({ file, offset: offset + at, bytes: bytes.subarray(at, next) });
    at = next;
  }
  return pieces;
}
