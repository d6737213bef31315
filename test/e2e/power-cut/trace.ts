import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A system call that changes a disk, or makes a change durable, or tells the world. Times are lines of the trace. */
export interface Call {
  readonly name: string;
  readonly began: number;
  /** Infinity when it never returned. */
  ended: number;
  /** The path of the first argument that has one. */
  readonly path: string;
  readonly text: string;
}

const CALLS =
  'openat,write,pwrite64,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,renameat,renameat2,mkdir';

/** Why strace cannot be used here; undefined when it can. */
export function straceMissing(): string | undefined {
  const { error, status, stderr } = spawnSync('strace', ['-f', '-o', '/dev/null', 'true'], {
    encoding: 'utf8',
  });
  if (error !== undefined) return 'strace is not installed';
  return status === 0 ? undefined : `strace is not permitted: ${stderr.trim().split('\n')[0]}`;
}

/** Runs a command under strace to its end, and writes its calls to a file. */
export function runTraced(file: string, command: string, args: readonly string[]): void {
  const options = [
    '-f',
    '-y',
    '-xx',
    '-s',
    '100000000',
    '-e',
    `trace=${CALLS}`,
    '-e',
    'signal=none',
    '-o',
    file,
  ];
  spawnSync('strace', [...options, command, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The calls of a trace that succeeded (or never returned), in the order in which they began. */
export function readTrace(file: string): Call[] {
  const calls: Call[] = [];
  const underWay = new Map<string, Call>();
  readFileSync(file, 'latin1')
    .split('\n')
    .forEach((line, time) => {
      const [, thread, rest] = /^(\d+) +(.*)$/s.exec(line) ?? [];
      if (thread === undefined || rest === undefined) return;
      const resumed = /^<\.\.\. \w+ resumed>.*\) += (-?\d+)/.exec(rest);
      if (resumed !== null) {
        const call = underWay.get(thread);
        if (call !== undefined && Number(resumed[1]) >= 0) call.ended = time;
        return;
      }
      const begun = /^(\w+)\((.*)$/s.exec(rest);
      if (begun === null) return;
      const [, name, text] = begun as unknown as [string, string, string];
      const failed = /\) += -\d+ E/.test(text);
      if (failed) return;
      const unfinished = text.endsWith('<unfinished ...>');
      const call = { name, began: time, ended: unfinished ? Infinity : time, path: pathOf(text), text };
      if (unfinished) underWay.set(thread, call);
      calls.push(call);
    });
  return calls;
}

/** `22<\x2f\x74…>, …` or `AT_FDCWD<…>, "\x2f\x74…"`: with -xx everything is hexadecimal. */
function pathOf(text: string): string {
  const match = /^\d+<([^>]*)>/.exec(text) ?? /^(?:AT_FDCWD<[^>]*>, )?"([^"]*)"/.exec(text);
  return match === null ? '' : bytesOf(match[1]!).toString();
}

export function bytesOf(text: string): Buffer {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex');
}

/** All strings of a call. */
export function stringsOf(text: string): Buffer[] {
  return [...text.matchAll(/"([^"]*)"/g)].map((match) => bytesOf(match[1]!));
}
