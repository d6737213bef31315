import { decodeEvent, START, type Progress } from '#event-sourcing';
import type { Setting } from './setting.js';

/**
 * Before the first page: views that belong to another history of the event store, or whose facts were packed by
 * other schemas, are deleted, to be projected again from the first event.
 */
export async function startCheck(setting: Setting): Promise<void> {
  const progress = await setting.transaction((transaction) => transaction.progress());
  const reason = await otherHistory(setting, progress);
  if (reason !== undefined) {
    setting.log('warn', `the views are deleted and built anew: ${reason}`, {
      recorded: String(progress.recorded),
    });
    await setting.readModel.reset();
    setting.contexts.forget();
  }
  await setting.transaction(async (transaction) => {
    await transaction.setProgress({ ...(await transaction.progress()), factsStamp: setting.factsStamp });
  });
}

/** Why the views cannot be kept; undefined when they can. */
async function otherHistory(
  { events, factsStamp }: Setting,
  progress: Progress,
): Promise<string | undefined> {
  if (progress.recorded === START) return undefined;
  if (progress.factsStamp !== factsStamp) return 'the facts of some touchpoints have changed';
  const head = await events.head();
  if (progress.recorded > head)
    return 'they have read further than the event store goes: it was put back or emptied';
  const {
    events: [last],
  } = await events.readAll({ after: progress.recorded - 1n, limit: 1 });
  if (progress.lastEventId === null || last === undefined || last.position !== progress.recorded)
    return undefined;
  return idOf(last.bytes) === progress.lastEventId
    ? undefined
    : 'the last event they have read is another one in the event store now';
}

function idOf(bytes: Uint8Array): string | null {
  try {
    return decodeEvent(bytes).eventId;
  } catch {
    return null;
  }
}
