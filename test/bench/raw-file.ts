import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import type { NewEvent } from '#event-store';

/** The limit: the events' bytes appended to a file, one write and one fdatasync a commit. */
export class RawFile {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  append(events: readonly NewEvent[]): void {
    writeSync(this.#file, Buffer.concat(events.map(({ bytes }) => bytes)));
    fdatasyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }
}
