import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a running server writes beside its data, for commands on the same machine. */
export interface ServerFile {
  readonly pid: number;
  readonly url: string;
  readonly operatorKey: string;
}

const fileIn = (folder: string) => join(folder, 'server.json');

/** Writes `server.json` (mode 600), whole or not at all. */
export function writeServerFile(folder: string, content: ServerFile): void {
  const draft = `${fileIn(folder)}.${process.pid}`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify(content)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(draft, fileIn(folder));
}

/** Removes `server.json` if this process wrote it. */
export function removeServerFile(folder: string): void {
  try {
    const { pid } = JSON.parse(readFileSync(fileIn(folder), 'utf8')) as ServerFile;
    if (pid === process.pid) rmSync(fileIn(folder), { force: true });
  } catch {
    // Absent or unreadable: nothing to remove.
  }
}
