import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** A system call of the traced process. `begin` and `end` are numbers of lines: they order calls of all threads. */
export interface Call {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
  /** What it was called with, strings as bytes, everything else as strace writes it. */
  readonly args: readonly (string | Buffer)[];
  /** What it gave back; -1 when it failed. */
  readonly result: number;
}

/**
 * The calls of a trace written by `strace -f -xx -o`, by begin. A call that was interrupted by another thread's stands
 * on two lines; one that the process never came back from is left out, with what it would have done.
 */
export async function readCalls(file: string): Promise<Call[]> {
  const calls: Call[] = [];
  const open = new Map<string, { begin: number; text: string }>();
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number++;
    const gap = line.indexOf(' ');
    const thread = line.slice(0, gap);
    const text = line.slice(gap).trimStart();
    if (text.startsWith('+++') || text.startsWith('---')) continue;
    if (text.endsWith(UNFINISHED)) {
      open.set(thread, { begin: number, text: text.slice(0, -UNFINISHED.length) });
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>/.exec(text);
    const before = resumed === null ? undefined : open.get(thread);
    if (before !== undefined) open.delete(thread);
    const whole = before === undefined ? text : before.text + text.slice(resumed![0].length);
    const call = parseCall(whole, before?.begin ?? number, number);
    if (call !== undefined) calls.push(call);
  }
  return calls.sort((a, b) => a.begin - b.begin);
}

const UNFINISHED = ' <unfinished ...>';

function parseCall(text: string, begin: number, end: number): Call | undefined {
  const paren = text.indexOf('(');
  const close = text.lastIndexOf(') ');
  const result = /^\)\s+= (-?\d+)/.exec(text.slice(close));
  if (paren === -1 || result === null) return undefined;
  const args = parseArguments(text.slice(paren + 1, close));
  return { name: text.slice(0, paren), begin, end, args, result: Number(result[1]) };
}

/** Strings are all in hexadecimal (`-xx`), so that none contains a quote, a comma or a bracket. */
function parseArguments(text: string): (string | Buffer)[] {
  const args: (string | Buffer)[] = [];
  for (let at = 0; at < text.length;) {
    if (text[at] === '"') {
      const close = text.indexOf('"', at + 1);
      if (text.startsWith('...', close + 1)) throw new Error('strace cut a string short: raise -s');
      args.push(Buffer.from(text.slice(at + 1, close).replaceAll('\\x', ''), 'hex'));
      at = close + 1;
    } else {
      const quote = text.indexOf('"', at);
      const stop = quote === -1 ? text.length : quote;
      for (const word of text.slice(at, stop).split(/[,[\]{}\s]+/)) if (word !== '') args.push(word);
      at = stop;
    }
  }
  return args;
}
