import { dirname, resolve } from 'node:path';
import type { Call } from './trace-lines.js';
import type { DataChange, NameChange, Step, Sync, TracedFile } from './steps.js';

interface OpenFile {
  readonly file: TracedFile;
  readonly path: string;
  readonly appends: boolean;
  /** Opened with O_DSYNC: a write has ended when its bytes are on the disk. */
  readonly syncsWrites: boolean;
  offset: number;
}

/** What happened to one folder (and what was said on standard output) in the course of a trace. */
export function historyOf(calls: readonly Call[], folder: string): Step[] {
  return new History(folder).run(calls);
}

/** Calls that would change files in ways that are not followed here. */
const UNKNOWN = new Set(['copy_file_range', 'sendfile', 'splice', 'symlink', 'symlinkat']);

/** Follows descriptors and names, since a trace names only the first when it writes and only the second when it opens. */
class History {
  readonly #steps: Step[] = [];
  readonly #open = new Map<number, OpenFile>();
  readonly #names = new Map<string, TracedFile>();
  readonly #sizes = new Map<TracedFile, number>();
  #files = 0;

  constructor(private readonly folder: string) {}

  run(calls: readonly Call[]): Step[] {
    const ends = [...calls].sort((a, b) => a.end - b.end);
    let next = 0;
    const finishUpTo = (line: number) => {
      for (; next < ends.length && ends[next]!.end < line; next++) this.#end(ends[next]!);
    };
    for (const call of calls) {
      finishUpTo(call.begin);
      this.#begin(call);
    }
    finishUpTo(Infinity);
    return this.#steps;
  }

  readonly #underWay = new Map<Call, Step[]>();

  /** What a call may have done as soon as it began. */
  #begin(call: Call): void {
    if (call.result < 0) return;
    const { name, args } = call;
    const fd = Number(args[0]);
    const open = this.#open.get(fd);
    if (name === 'close') this.#open.delete(fd);
    else if (name === 'write' && fd === 1) this.#say(call);
    else if (WRITES.has(name) && open !== undefined) this.#write(call, open);
    else if (name === 'ftruncate' && open !== undefined) this.#data(call, open.file, Number(args[1]));
    else if ((name === 'fsync' || name === 'fdatasync') && open !== undefined) this.#sync(call, open);
    else if (name === 'fallocate' && open !== undefined) throw new Error('fallocate is not followed');
    else if (UNKNOWN.has(name) && this.#concerns(call)) throw new Error(`${name} is not followed`);
    else if (name.startsWith('open') || name === 'creat') this.#createOrCut(call);
    else if (name.startsWith('mkdir')) this.#name(call, this.#new(true), undefined, this.#path(call, 0));
    else if (name.startsWith('unlink') || name === 'rmdir') this.#remove(call);
    else if (name.startsWith('rename')) this.#rename(call);
    else if (name.startsWith('link')) this.#link(call);
  }

  #end(call: Call): void {
    for (const step of this.#underWay.get(call) ?? []) this.#steps.push({ ...step, line: call.end });
    this.#underWay.delete(call);
    if (call.result < 0) return;
    if (call.name.startsWith('open') || call.name === 'creat') this.#opened(call);
    const open = this.#open.get(Number(call.args[0]));
    if (open === undefined) return;
    if (call.name === 'lseek') open.offset = call.result;
    if (call.name.startsWith('dup')) this.#open.set(call.result, open);
  }

  #say(call: Call): void {
    const text = (call.args[1] as Buffer).toString();
    this.#steps.push({ line: call.begin, is: 'said', text });
  }

  #write(call: Call, open: OpenFile): void {
    const bytes = Buffer.concat(call.args.filter((arg) => typeof arg !== 'string')).subarray(0, call.result);
    const at = call.name.startsWith('pwrite')
      ? Number(call.args.at(call.name === 'pwritev2' ? -2 : -1))
      : undefined;
    const end = this.#sizes.get(open.file)!;
    const offset = at ?? (open.appends ? end : open.offset);
    if (at === undefined) open.offset = offset + bytes.length;
    const data = this.#data(call, open.file, offset, bytes);
    if (!open.syncsWrites) return;
    const sync: Sync = { file: open.file, path: open.path, only: data };
    this.#later(call, { line: call.end, is: 'sync-begun', sync });
    this.#later(call, { line: call.end, is: 'sync-ended', sync });
  }

  #data(call: Call, file: TracedFile, offset: number, bytes?: Buffer): DataChange {
    const size = this.#sizes.get(file)!;
    this.#sizes.set(file, bytes === undefined ? offset : Math.max(size, offset + bytes.length));
    const data: DataChange = { file, offset, bytes };
    this.#steps.push({ line: call.begin, is: 'data-begun', data });
    this.#later(call, { line: call.end, is: 'data-ended', data });
    return data;
  }

  #sync(call: Call, { file, path }: OpenFile): void {
    const sync: Sync = { file, path };
    this.#steps.push({ line: call.begin, is: 'sync-begun', sync });
    this.#later(call, { line: call.end, is: 'sync-ended', sync });
  }

  #createOrCut(call: Call): void {
    const path = this.#path(call, 0);
    const flags = flagsOf(call);
    if (!this.#inside(path)) return;
    if (/O_SYNC/.test(flags)) throw new Error(`${path} is opened with ${flags}, which is not followed`);
    const known = this.#names.get(path);
    if (known === undefined) {
      if (flags.includes('O_CREAT')) this.#name(call, this.#new(false), undefined, path);
    } else if (flags.includes('O_TRUNC') && this.#sizes.get(known) !== 0) this.#data(call, known, 0);
  }

  #opened(call: Call): void {
    const path = this.#path(call, 0);
    const file = this.#names.get(path) ?? (path === this.folder ? ROOT : undefined);
    if (file !== undefined) {
      const flags = flagsOf(call);
      const [appends, syncsWrites] = [flags.includes('O_APPEND'), flags.includes('O_DSYNC')];
      this.#open.set(call.result, { file, path, appends, syncsWrites, offset: 0 });
    } else this.#open.delete(call.result);
  }

  #remove(call: Call): void {
    const path = this.#path(call, 0);
    const file = this.#names.get(path);
    if (file !== undefined) this.#name(call, file, path, undefined);
  }

  #rename(call: Call): void {
    const [from, to] = this.#paths(call);
    const file = this.#names.get(from);
    if (file === undefined && !this.#inside(to)) return;
    if (file === undefined || !this.#inside(to)) throw new Error(`${from} is moved in or out: not followed`);
    if (file.folder) throw new Error(`the folder ${from} is renamed: not followed`);
    this.#name(call, file, from, to);
  }

  /** A second name of a file. */
  #link(call: Call): void {
    const [from, to] = this.#paths(call);
    const file = this.#names.get(from);
    if (file === undefined && !this.#inside(to)) return;
    if (file === undefined || !this.#inside(to)) throw new Error(`${from} is linked in or out: not followed`);
    this.#name(call, file, undefined, to);
  }

  #name(call: Call, file: TracedFile, from: string | undefined, to: string | undefined): void {
    if (![from, to].some((path) => path !== undefined && this.#inside(path))) return;
    if (from !== undefined) this.#names.delete(from);
    if (to !== undefined) this.#names.set(to, file);
    const name: NameChange = { file, from, to };
    this.#steps.push({ line: call.begin, is: 'name-begun', name });
    this.#later(call, { line: call.end, is: 'name-ended', name });
  }

  #later(call: Call, step: Step): void {
    const steps = this.#underWay.get(call);
    if (steps === undefined) this.#underWay.set(call, [step]);
    else steps.push(step);
  }

  #new(folder: boolean): TracedFile {
    const file = { number: ++this.#files, folder };
    this.#sizes.set(file, 0);
    return file;
  }

  #path(call: Call, nth: number): string {
    return this.#paths(call)[nth]!;
  }

  #paths(call: Call): [string, string] {
    const paths = call.args.flatMap((arg, i) => (typeof arg === 'string' ? [] : [this.#pathAt(call, i)]));
    return paths as [string, string];
  }

  /** A path as it was given, or below the descriptor of a folder given before it. */
  #pathAt(call: Call, index: number): string {
    const path = (call.args[index] as Buffer).toString();
    const base = index === 0 ? undefined : this.#open.get(Number(call.args[index - 1]));
    return resolve(base?.path ?? '/', path);
  }

  #inside(path: string): boolean {
    return path.startsWith(`${this.folder}/`) && this.#parentKnown(path);
  }

  #parentKnown(path: string): boolean {
    const parent = dirname(path);
    return parent === this.folder || this.#names.has(parent);
  }

  #concerns(call: Call): boolean {
    return call.args.some((arg) =>
      typeof arg === 'string' ? this.#open.has(Number(arg)) : arg.toString().startsWith(this.folder),
    );
  }
}

const WRITES = new Set(['write', 'pwrite64', 'writev', 'pwritev', 'pwritev2']);

/** The folder itself: it is there before the trace begins. */
const ROOT: TracedFile = { number: 0, folder: true };

function flagsOf(call: Call): string {
  return call.name === 'creat'
    ? 'O_CREAT|O_TRUNC'
    : (call.args.find((arg) => typeof arg === 'string' && arg.startsWith('O_')) as string);
}
