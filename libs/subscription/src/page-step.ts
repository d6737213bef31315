import type { Position, Progress, ReadModelTransaction } from '#event-sourcing';
import { recordPage } from './record-page.js';
import type { Setting } from './setting.js';

/** What a page came to. */
export interface PageDone {
  readonly events: number;
  readonly progress: Progress;
  /** Nothing lay behind the page when it was read. */
  readonly atEnd: boolean;
}

/** Pages written in one transaction while reading in bulk: neighbouring rows share pages of the file. */
const BULK_PAGES = 5;

/** Reads the next page and folds what it disturbs: one transaction with the checkpoint. */
export async function livePage(setting: Setting, after: Position): Promise<PageDone> {
  const page = await setting.events.readAll({ after, limit: setting.limits.pageEvents });
  if (page.scannedTo === after) return untouched(setting);
  return setting.transaction(async (transaction) => {
    const recorded = await recordPage(setting, transaction, page);
    const folding = await setting.folding(transaction);
    await folding.disturbed(recorded.disturbances.all());
    return { events: page.events.length, progress: await caughtUp(setting, transaction), atEnd: page.atEnd };
  });
}

/** Reads several large pages into the timeline only: the views are held, and built from it afterwards. */
export async function bulkPages(setting: Setting, after: Position): Promise<PageDone> {
  return setting.transaction(async (transaction) => {
    let [from, events, atEnd] = [after, 0, false];
    for (let count = 0; count < BULK_PAGES && !atEnd; count++) {
      const page = await setting.events.readAll({ after: from, limit: setting.limits.bulkPageEvents });
      if (page.scannedTo !== from) await recordPage(setting, transaction, page);
      events += page.events.length;
      from = page.scannedTo;
      atEnd = page.atEnd;
    }
    return { events, progress: await transaction.progress(), atEnd };
  });
}

/** The checkpoint follows what is recorded, unless every view is held. */
async function caughtUp(setting: Setting, transaction: ReadModelTransaction): Promise<Progress> {
  const progress = await transaction.progress();
  const held = await transaction.heldViews();
  if (held.length > 0 && held.length === setting.projections.length) return progress;
  const next = { ...progress, checkpoint: progress.recorded };
  await transaction.setProgress(next);
  return next;
}

async function untouched(setting: Setting): Promise<PageDone> {
  return {
    events: 0,
    progress: await setting.transaction((transaction) => transaction.progress()),
    atEnd: true,
  };
}
