import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StoreFault, type ReadModelReader, type ViewDefinition } from '#event-sourcing';
import { AskingReader } from './asking-reader.js';
import { OpenViews } from './open-views.js';
import { SnapshotPool } from './snapshot-pool.js';
import type { ViewsReading } from './views-reading.js';

export interface EmbeddedReaderOptions {
  /** The data folder: `views.sqlite` lies in it. */
  readonly folder: string;
  /** The views as this program knows them; one stored by another version answers `view-rebuilding`. */
  readonly views: readonly ViewDefinition[];
  /** Snapshots at one time; more wait. Default 4. */
  readonly snapshots?: number;
  /** How long to wait for the projecting side to make the file, ms. Default 10,000. */
  readonly waitMillis?: number;
}

/** How often to look for a file that is not there yet, ms. */
const LOOK_AGAIN = 25;

/** Reads views.sqlite on connections of its own, beside the one writer, in any thread or process. */
export class EmbeddedReadModelReader extends AskingReader {
  private constructor(
    private readonly own: OpenViews,
    private readonly pool: SnapshotPool,
  ) {
    super();
  }

  /** Opens the views for reading. Throws StoreFault `views-absent` when nobody makes them in time. */
  static async open(options: EmbeddedReaderOptions): Promise<EmbeddedReadModelReader> {
    const file = join(options.folder, 'views.sqlite');
    const deadline = Date.now() + (options.waitMillis ?? 10_000);
    while (!OpenViews.areThere(file)) {
      if (Date.now() >= deadline) {
        throw new StoreFault('views-absent', `there is no ${file}: start the projecting side first`, {
          file,
        });
      }
      await delay(LOOK_AGAIN);
    }
    return EmbeddedReadModelReader.over(file, options.views, options.snapshots ?? 4);
  }

  /** A reader of views that are known to be there. */
  static over(file: string, views: readonly ViewDefinition[], snapshots: number): EmbeddedReadModelReader {
    const open = () => new OpenViews(file, views);
    return new EmbeddedReadModelReader(open(), new SnapshotPool(open, snapshots));
  }

  async snapshot<T>(work: (reader: ReadModelReader) => Promise<T>): Promise<T> {
    return this.pool.within((views) => work(new SnapshotReader(views)));
  }

  async close() {
    await this.pool.close();
    this.own.close();
  }

  protected ask<T>(question: (views: ViewsReading) => T): T {
    return this.own.moment(() => question(this.own.reading));
  }
}

/** The same questions inside a snapshot: all of one moment. */
class SnapshotReader extends AskingReader {
  constructor(private readonly views: ViewsReading) {
    super();
  }

  async snapshot<T>(work: (reader: ReadModelReader) => Promise<T>): Promise<T> {
    return work(this);
  }

  async close() {
    // The pool owns the connection.
  }

  protected ask<T>(question: (views: ViewsReading) => T): T {
    return question(this.views);
  }
}
