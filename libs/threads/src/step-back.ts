import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';

/** Linux's niceness of a thread that stepped back: it gets about a quarter of a processor that another wants too. */
const NICENESS = 6;

/**
 * Lets other threads of the process go first where processors are short: for work that may lag behind those who
 * wait for an answer. Linux only, where a priority is a thread's own; elsewhere nothing changes. False: it did not.
 */
export function stepBack(niceness = NICENESS): boolean {
  try {
    // Says <process>/task/<thread>, of the thread that asks; the call would take a process's id too.
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), niceness);
    return true;
  } catch {
    return false;
  }
}
