import { Injectable } from '@nestjs/common';
import { LedgerError, storedPosition } from '#event-sourcing';
import { EventStore } from '#event-store';
import { Settings } from '#platform';
import { ViewsProgress } from '../projecting/views-progress.js';
import type { AnsweredFrom } from './queries.js';

/** Waits for the position in `?after=`. */
@Injectable()
export class AfterPosition {
  constructor(
    private readonly store: EventStore,
    private readonly views: ViewsProgress,
    private readonly settings: Settings,
  ) {}

  /**
   * Resolves when what an answer is made `from` has reached the position. Throws `position-unknown` for one beyond the
   * log's end, and `position-not-reached` when it takes too long.
   */
  async reached(after: string | undefined, from: AnsweredFrom): Promise<void> {
    if (after === undefined) return;
    const position = storedPosition(BigInt(after));
    if (position <= this.views[from].position) return;
    const head = await this.store.head();
    if (position > head) {
      const { storeId, epoch } = this.store;
      throw new LedgerError(
        'position-unknown',
        `the log ends at ${head}: there is no position ${after}. Positions are of one store (this is ${storeId}) in one epoch (${epoch}): ` +
          'if the log was restored from a backup, later positions are given again, so forget those that you kept',
        { head: head.toString(), storeId, epoch },
      );
    }
    await this.views[from].reached(position, this.settings.afterSeconds * 1000);
  }

  /**
   * Waits until what an answer is made `from` has reached the log's end as it is now. False: they were there already, and waiting changes
   * nothing. Throws `position-not-reached`.
   */
  async reachedEnd(from: AnsweredFrom): Promise<boolean> {
    const head = await this.store.head();
    if (head <= this.views[from].position) return false;
    await this.views[from].reached(head, this.settings.afterSeconds * 1000);
    return true;
  }
}
