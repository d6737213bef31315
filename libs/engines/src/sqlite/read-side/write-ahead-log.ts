import { WorkerThread } from '#threads';
import type { Connection } from './connection.js';
import type { WriteAheadLogMethods } from './write-ahead-log.worker.js';

/** So many pages the writer brings back itself: only then the log begins anew, and it takes a few milliseconds. */
const FEW = 3_000;
/** The log grows to so many times its length at most before the writer waits. */
const MOST = 4;

/**
 * Keeps the write-ahead log of the views from growing. Events touch pages all over the file, most of them again and
 * again, so a long log brings each back once and not many times; but that takes a tenth of a second, with two syncs,
 * for which readers of new events would wait. So another thread does most of it while events go on being folded.
 */
export class WriteAheadLog {
  private thread: Promise<WorkerThread<WriteAheadLogMethods>> | undefined;
  private underWay: Promise<void> | undefined;
  /** Pages in the log when the writer last tried to bring back the rest: a reader of old pages may keep it from that. */
  private triedAt = 0;
  private readonly few: number;

  /** `long`: pages in the log from which on they are brought into the file. */
  constructor(
    private readonly connection: Connection,
    private readonly long: number,
  ) {
    this.few = Math.min(FEW, long / 4);
  }

  /** To be awaited after each commit: a writer that is much faster than the disk waits for the log to become shorter. */
  async look(): Promise<void> {
    let [pages, left] = this.standing();
    for (let before = Infinity; pages > MOST * this.long && left > this.few && left < before;) {
      before = left;
      await (this.underWay ?? this.begin());
      // Where nothing came of it a reader needs the old pages still: that one is not waited for.
      [pages, left] = this.standing();
    }
    if (pages < this.triedAt) this.triedAt = 0;
    if (pages < this.long || pages < this.triedAt + this.few || this.underWay !== undefined) return;
    if (left > this.few) void this.begin();
    else {
      this.triedAt = pages;
      this.bringBackHere();
    }
  }

  /** Pages in the log, and those of them that are not in the file yet. */
  private standing(): readonly [pages: number, left: number] {
    const [, pages, broughtBack] = this.connection.get('PRAGMA wal_checkpoint(NOOP)') as number[];
    return [pages!, pages! - broughtBack!];
  }

  private begin(): Promise<void> {
    return (this.underWay = this.bringBack().finally(() => (this.underWay = undefined)));
  }

  /** A failure changes nothing: what was committed stays in the log, and it is tried again. */
  private bringBackHere(): void {
    try {
      this.connection.all('PRAGMA wal_checkpoint(PASSIVE)');
    } catch {
      // Commits and reads say what is wrong with the disk.
    }
  }

  /** Ends the thread when it has done what it was asked. */
  async close(): Promise<void> {
    await this.underWay;
    const thread = await this.thread?.catch(() => undefined);
    await thread?.call('close', undefined).catch(() => undefined);
    await thread?.stop();
  }

  /** Where the thread cannot do it, the writer does all of it: later than usual, but the log does not grow for ever. */
  private async bringBack(): Promise<void> {
    try {
      this.thread ??= WorkerThread.start<WriteAheadLogMethods>({
        name: 'write-ahead log thread',
        file: new URL('./write-ahead-log.worker.js', import.meta.url),
        data: { file: this.connection.file },
      });
      await (await this.thread).call('bringBack', undefined);
    } catch {
      this.thread = undefined;
      this.bringBackHere();
    }
  }
}
