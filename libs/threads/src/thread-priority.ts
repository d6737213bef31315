import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';

/** Linux's niceness of such a thread: it gets about a quarter of a processor that another thread wants too. */
const NICENESS = 6;

/**
 * Lets the other threads of the process run first where processors are short: for work that nobody waits for. Linux
 * only, where each thread has its own priority; elsewhere nothing changes. Returns whether the priority was lowered.
 */
export function lowerThreadPriority(niceness = NICENESS): boolean {
  try {
    // The link reads <process>/task/<thread> of the calling thread; setPriority takes a thread's id too.
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), niceness);
    return true;
  } catch {
    return false;
  }
}
