import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, openSync, closeSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { Disk } from './disk.js';
import { historyOf } from './folder-history.js';
import type { Step } from './steps.js';
import { readCalls } from './trace-lines.js';

const CALLS = [
  'open,openat,creat,close,dup,dup2,dup3,lseek',
  'write,pwrite64,writev,pwritev,pwritev2,ftruncate,fallocate,fsync,fdatasync',
  'rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir',
  'link,linkat,symlink,symlinkat,copy_file_range,sendfile,splice',
].join();

/** Longest string that strace is to write out: more than any write of the store. */
const STRING_BYTES = 64 * 1024 * 1024;

/** Why no process can be traced here; undefined when one can. */
export function tracingMissing(): string | undefined {
  try {
    execFileSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore' });
    return undefined;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return missing ? 'no strace on this machine' : 'strace may not trace processes here';
  }
}

/** A run with everything it did to its folder. */
export interface TracedRun {
  readonly folder: string;
  readonly steps: readonly Step[];
}

/**
 * Runs a process of `child` on the new folder `work`/data under strace; it is given the folder and `args`. Throws when
 * what was traced is not what lies there.
 */
export async function traceRun(work: string, child: string, args: readonly string[]): Promise<TracedRun> {
  const folder = join(realpathSync(work), 'data');
  mkdirSync(folder);
  const trace = join(work, 'trace.txt');
  const said = openSync(join(work, 'said.txt'), 'w');
  const traced = spawn(
    'strace',
    [
      ...[
        '-f',
        '-qq',
        '-xx',
        '-s',
        String(STRING_BYTES),
        '-e',
        `trace=${CALLS}`,
        '-e',
        'signal=none',
        '-o',
        trace,
      ],
      ...[process.execPath, child, folder, ...args],
    ],
    { stdio: ['ignore', said, 'inherit'], env: { ...process.env, UV_USE_IO_URING: '0' } },
  );
  const code = await new Promise((resolve) => traced.once('exit', resolve));
  closeSync(said);
  if (code !== 0) throw new Error(`the traced process ended with ${String(code)}`);
  const steps = historyOf(await readCalls(trace), folder);
  compare(folder, steps);
  return { folder, steps };
}

/** Files by which processes that have a database open at the same time agree. */
export const isMapped = (path: string): boolean => /-(?:shm|lock)$/.test(path);

/** The trace must account for every byte in the folder, or nothing that follows from it would mean anything. */
function compare(folder: string, steps: readonly Step[]): void {
  const disk = new Disk(folder, 'journal');
  for (const step of steps) disk.apply(step);
  const traced = disk.whole();
  const there = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = there.map((entry) => join(entry.parentPath, entry.name));
  const differing = paths.filter((path, i) => {
    const bytes = traced.get(path);
    if (there[i]!.isDirectory()) return bytes !== 'folder';
    // SQLite and LMDB map these into memory: no call tells what is in them, and nothing is believed of them after a cut.
    if (isMapped(path)) return bytes === undefined;
    return bytes === undefined || bytes === 'folder' || !readFileSync(path).equals(bytes);
  });
  const missing = [...traced.keys()].filter((path) => !paths.includes(path));
  if (differing.length + missing.length > 0)
    throw new Error(`the trace does not explain ${[...differing, ...missing].join(', ')}`);
}
