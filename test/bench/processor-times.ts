import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of the clock by which Linux counts processor time, a second. */
const TICKS = 100;

interface ProcessTimes {
  readonly pid: number;
  readonly parent: number;
  readonly program: string;
  /** Its own processor time and that of its children that have ended, s. */
  readonly seconds: number;
}

/**
 * Processor time so far, s, of each child of this process with all its descendants, under the child's name: that of
 * `names`, else its program (`java`, `postgres`). Linux only.
 */
export function processorTimes(names: ReadonlyMap<number, string>): ReadonlyMap<string, number> {
  const all = readdirSync('/proc').flatMap((entry) => (/^\d+$/.test(entry) ? timesOf(entry) : []));
  const total = (pid: number): number =>
    all
      .filter((one) => one.parent === pid)
      .reduce((sum, child) => sum + total(child.pid), all.find((one) => one.pid === pid)?.seconds ?? 0);
  const times = new Map<string, number>();
  for (const { pid, program } of all.filter(({ parent }) => parent === process.pid)) {
    const name = names.get(pid) ?? program;
    times.set(name, (times.get(name) ?? 0) + total(pid));
  }
  return times;
}

/** Nothing where the process has ended meanwhile. */
function timesOf(pid: string): ProcessTimes[] {
  try {
    const [, program = '', fields = ''] = /^\d+ \((.*)\) (.*)$/s.exec(
      readFileSync(`/proc/${pid}/stat`, 'utf8'),
    )!;
    const numbers = fields.split(' ').map(Number);
    // State, parent, … and from the twelfth field on: user, system, and both of children that have ended.
    const seconds = numbers.slice(11, 15).reduce((sum, ticks) => sum + ticks, 0) / TICKS;
    return [{ pid: Number(pid), parent: numbers[1]!, program, seconds }];
  } catch {
    return [];
  }
}
