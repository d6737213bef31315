import { readFileSync, readdirSync } from 'node:fs';

/** Milliseconds of processor time that each thread of a process has used, by thread (Linux). */
export function threadTimes(pid: number): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      const [nanoseconds] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
      times.set(thread, Number(nanoseconds) / 1e6);
    } catch {
      // It has ended meanwhile.
    }
  }
  return times;
}

/** The most that any one thread has used between two readings, milliseconds. */
export function busiest(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): number {
  return Math.max(0, ...[...after].map(([thread, time]) => time - (before.get(thread) ?? 0)));
}
