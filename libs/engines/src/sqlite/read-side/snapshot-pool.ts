import { StoreFault } from '#event-sourcing';
import type { Reading } from './reading.js';
import type { ReadingConnection } from './reading-connection.js';

/** A few connections, each lent to one snapshot at a time: opened when first needed, waited for when all are out. */
export class SnapshotPool {
  private readonly idle: ReadingConnection[] = [];
  private readonly waiting: (() => void)[] = [];
  private out = 0;
  private closed = false;

  constructor(
    private readonly open: () => ReadingConnection,
    private readonly most: number,
  ) {}

  async within<T>(work: (reading: Reading) => Promise<T>): Promise<T> {
    const views = await this.take();
    try {
      return await views.hold(work);
    } finally {
      this.giveBack(views);
    }
  }

  /** Closes what is idle now and the rest as it comes back. */
  async close(): Promise<void> {
    this.closed = true;
    for (const views of this.idle.splice(0)) views.close();
    for (const wake of this.waiting.splice(0)) wake();
  }

  private async take(): Promise<ReadingConnection> {
    while (this.out >= this.most && !this.closed) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    if (this.closed) throw new StoreFault('views-closed', 'the views are closed');
    this.out += 1;
    try {
      return this.idle.pop() ?? this.open();
    } catch (error) {
      this.out -= 1;
      throw error;
    }
  }

  private giveBack(views: ReadingConnection): void {
    this.out -= 1;
    if (this.closed) views.close();
    else this.idle.push(views);
    this.waiting.shift()?.();
  }
}
