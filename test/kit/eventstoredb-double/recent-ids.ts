import type { LogRecord } from './record.js';

/** Ids that fit into the 8 MB that a real server gives them: 60,000 later an id is known, 100,000 later it is not. */
const CAPACITY = 80_000;

/**
 * The ids that were written lately, each with the first stream it was written to. An append that expects no revision is
 * compared with them and with nothing else.
 */
export class RecentIds {
  private readonly ids = new Map<string, LogRecord>();

  /** The record of this id, when it was lately written to this stream. */
  find(stream: string, id: string): LogRecord | undefined {
    const record = this.ids.get(id);
    return record?.stream === stream ? record : undefined;
  }

  add(record: LogRecord): void {
    if (this.ids.has(record.id)) return;
    this.ids.set(record.id, record);
    if (this.ids.size > CAPACITY) this.ids.delete(this.ids.keys().next().value!);
  }
}
