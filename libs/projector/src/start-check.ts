import { decodeEvent, LedgerError, type Position, START } from '#event-sourcing';
import type { EventReader } from '#event-store';
import { beginRebuild } from './jobs.js';
import { reviewLayout } from './pack.js';
import type { ProjectorContext } from './projector-context.js';
import { NOTHING_READ } from './read-model.js';

/**
 * Before the first page: a read model of another history of the event store is deleted, to be projected again from the
 * first event; facts and tables of another version than this program's are packed and derived anew, beside what
 * readers see.
 */
export async function startCheck(context: ProjectorContext): Promise<void> {
  await context.begin();
  const reason = await otherHistory(context);
  if (reason !== undefined) {
    context.log('warn', `the views are deleted and built anew: ${reason}`, {
      checkpoint: String(context.progress.checkpoint),
    });
    await context.commit({ reset: true, progress: NOTHING_READ });
    context.forget();
    await context.begin();
  }
  // Of several projectors a newer program is at it: this one leaves everything to it.
  if (context.isSpread && context.isOutdated) return;
  await reviewLayout(context);
  const isUpToDate = context.tables.every(({ name, version }) =>
    context.storedTables.some((stored) => stored.name === name && stored.version === version),
  );
  const isBuilding = context.buildingTables.length === context.tables.length;
  if (context.rebuild !== undefined ? !isBuilding : !isUpToDate || context.buildingTables.length > 0)
    await beginRebuild(context);
}

/** Why the read model cannot be kept; undefined when it can. */
async function otherHistory({ events, progress }: ProjectorContext): Promise<string | undefined> {
  const { checkpoint, lastEventId } = progress;
  if (checkpoint === START) return undefined;
  if (checkpoint > (await events.head()))
    return 'they have read further than the event store goes: it was put back or emptied';
  const last = await events.readAt(checkpoint);
  if (last === undefined && !(await canReadOn(events, checkpoint)))
    return 'the event store has no event where they have read to: its data were replaced or restored';
  if (lastEventId === null || last === undefined) return undefined;
  return idOf(last.bytes) === lastEventId
    ? undefined
    : 'the last event they have read is another one in the event store now';
}

/** Where positions are no numbers in a row, a checkpoint may lie between events; one of other data may lie within one. */
async function canReadOn(events: EventReader, after: Position): Promise<boolean> {
  try {
    await events.readAll({ after, limit: 1 });
    return true;
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'store-reset') return false;
    throw error;
  }
}

function idOf(bytes: Uint8Array): string | null {
  try {
    return decodeEvent(bytes).eventId;
  } catch {
    return null;
  }
}
