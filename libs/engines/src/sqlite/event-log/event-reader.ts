import { join } from 'node:path';
import { type Position, storedPosition } from '#event-sourcing';
import { EventReader, type ReadAllOptions, type ReadPage, type StoredEvent } from '#event-store';
import { PageBuilder, scanAll, scanTypes } from './log-page.js';
import { LogReader } from './log-reader.js';

/**
 * Reads the events of an embedded store's folder through a connection of its own, in the thread that opens it:
 * meant for worker threads. It uses the log only, and sees each commit as soon as it is durable.
 */
export class EmbeddedEventReader extends EventReader {
  private constructor(private readonly log: LogReader) {
    super();
  }

  /** The folder's store must have been made before. Throws StoreFault. */
  static async open({ folder }: { readonly folder: string }): Promise<EmbeddedEventReader> {
    return new EmbeddedEventReader(new LogReader(join(folder, 'log.sqlite')));
  }

  async readAll({ after, limit, types }: ReadAllOptions): Promise<ReadPage> {
    const head = this.log.head();
    const from = Number(after);
    const page = new PageBuilder(limit);
    if (from >= head) return { events: [], scannedTo: after, atEnd: true };
    const scanned =
      types === undefined
        ? scanAll(this.log, page, from, head)
        : scanTypes(this.log, page, from, head, this.log.typeIds(types));
    return page.page(scanned, head);
  }

  async readAt(position: Position): Promise<StoredEvent | undefined> {
    const { events } = await this.readAll({ after: storedPosition(position - 1n), limit: 1 });
    return events.find((event) => event.position === position);
  }

  /** Positions are dense. */
  async distance(from: Position, to: Position): Promise<number> {
    return Math.max(0, Number(to - from));
  }

  async head(): Promise<Position> {
    return storedPosition(this.log.head());
  }

  async positionAt(recordedAt: number): Promise<Position> {
    return storedPosition(this.log.positionAt(recordedAt));
  }

  async close(): Promise<void> {
    this.log.close();
  }
}
