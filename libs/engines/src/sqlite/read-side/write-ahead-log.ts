import { WorkerThread } from '#threads';
import type { Connection } from './connection.js';
import type { WriteAheadLogMethods } from './write-ahead-log.worker.js';

/** At most this many pages are checkpointed by the writer itself: only then does the log start again at its beginning. It takes a few milliseconds. */
const FEW = 3_000;
/** The writer waits when the log is this many times longer than the length at which it is checkpointed. */
const MOST = 4;

/**
 * Keeps the write-ahead log of the views from growing. Events touch pages all over the file, most of them again and
 * again, so a checkpoint of a long log writes each page once and not many times; but it takes a tenth of a second, with two syncs,
 * for which readers of new events would wait. So another thread does most of it while events go on being folded.
 */
export class WriteAheadLog {
  private thread: Promise<WorkerThread<WriteAheadLogMethods>> | undefined;
  private underWay: Promise<void> | undefined;
  /** Pages in the log when the writer last tried to checkpoint the rest: a reader of old pages may prevent it. */
  private triedAt = 0;
  private readonly few: number;

  /** `long`: pages in the log from which on it is checkpointed. */
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
      // Where the checkpoint moved no page, a reader still needs the old ones: the writer does not wait for it.
      [pages, left] = this.standing();
    }
    if (pages < this.triedAt) this.triedAt = 0;
    if (pages < this.long || pages < this.triedAt + this.few || this.underWay !== undefined) return;
    if (left > this.few) void this.begin();
    else {
      this.triedAt = pages;
      this.checkpointHere();
    }
  }

  /** Pages in the log, and those of them that are not in the file yet. */
  private standing(): readonly [pages: number, left: number] {
    const [, pages, checkpointed] = this.connection.get('PRAGMA wal_checkpoint(NOOP)') as number[];
    return [pages!, pages! - checkpointed!];
  }

  private begin(): Promise<void> {
    return (this.underWay = this.checkpoint().finally(() => (this.underWay = undefined)));
  }

  /** A failure changes nothing: what was committed stays in the log, and it is tried again. */
  private checkpointHere(): void {
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
  private async checkpoint(): Promise<void> {
    try {
      this.thread ??= WorkerThread.start<WriteAheadLogMethods>({
        name: 'write-ahead log thread',
        file: new URL('./write-ahead-log.worker.js', import.meta.url),
        data: { file: this.connection.file },
      });
      await (await this.thread).call('checkpoint', undefined);
    } catch {
      this.thread = undefined;
      this.checkpointHere();
    }
  }
}
