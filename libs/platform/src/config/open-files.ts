import { readFileSync } from 'node:fs';
import { StoreFault } from '#event-sourcing';

/** What the stores, the threads and a few connections need at least. */
const NEEDED = 256;

/** How many files and connections this process may have open; no bound where the system does not say. */
export function openFileLimit(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Infinity);
  } catch {
    return Infinity;
  }
}

/** Throws StoreFault `too-few-files` where the server could start but not work, with the fix. */
export function checkOpenFiles(limit = openFileLimit()): void {
  if (limit >= NEEDED) return;
  throw new StoreFault(
    'too-few-files',
    `this process may open ${limit} files and connections at a time, and the server needs ${NEEDED} or more: ` +
      'raise it by ulimit -n 4096 (a systemd unit: LimitNOFILE=4096)',
    { limit, needed: NEEDED },
  );
}
