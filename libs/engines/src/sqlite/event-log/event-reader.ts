import { join } from 'node:path';
import { type Position, storedPosition } from '#event-sourcing';
import { EventReader, type ReadAllOptions, type ReadPage, type StoredEvent } from '#event-store';
import { IndexReader } from './index-reader.js';
import { PageBuilder, scanAll, scanTypes } from './log-page.js';
import { LogReader } from './log-reader.js';
import { SegmentSet } from './segment-set.js';

/**
 * Reads the events of an embedded store's folder through a connection of its own, in the thread that opens it:
 * meant for worker threads. It sees each commit as soon as it is durable; the index is opened when a stream is asked for.
 */
export class EmbeddedEventReader extends EventReader {
  private streams: { readonly segments: SegmentSet; readonly index: IndexReader } | undefined;

  private constructor(
    private readonly log: LogReader,
    private readonly folder: string,
  ) {
    super();
  }

  /** The folder's store must have been made before. Throws StoreFault. */
  static async open({ folder }: { readonly folder: string }): Promise<EmbeddedEventReader> {
    return new EmbeddedEventReader(new LogReader(join(folder, 'log.sqlite')), folder);
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

  async readStream(stream: string, from: number, limit: number): Promise<readonly StoredEvent[]> {
    if (this.streams === undefined) {
      const segments = new SegmentSet(join(this.folder, 'index'));
      this.streams = { segments, index: new IndexReader(this.log, segments) };
    }
    return this.streams.index.readStream(stream, from, limit);
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
    this.streams?.segments.close();
    this.log.close();
  }
}
