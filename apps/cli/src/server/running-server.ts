import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** What a running server writes beside its data. */
export interface ServerFile {
  readonly pid: number;
  readonly url: string;
  readonly operatorKey: string;
}

/** The server that runs on this folder, or undefined; a file left behind by one that was killed counts as none. */
export function runningServer(folder: string): ServerFile | undefined {
  const file = readServerFile(folder);
  return file !== undefined && isAlive(file.pid) ? file : undefined;
}

/** Whether the server takes requests. */
export async function isReady({ url }: ServerFile): Promise<boolean> {
  try {
    return (await fetch(new URL('/health/ready', url))).ok;
  } catch {
    return false;
  }
}

/** Waits until `done` gives something, or gives undefined after so many ms. */
export async function until<T>(
  done: () => Promise<T | undefined> | T | undefined,
  millis: number,
): Promise<T | undefined> {
  const end = performance.now() + millis;
  for (;;) {
    const found = await done();
    if (found !== undefined || performance.now() > end) return found;
    await pause(50);
  }
}

function readServerFile(folder: string): ServerFile | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'server.json'), 'utf8')) as ServerFile;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
