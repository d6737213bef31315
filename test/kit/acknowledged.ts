import { START } from '#event-sourcing';
import { type EventStore } from '#event-store';
import { idOf, newEvent } from './new-events.js';

/** What a store has acknowledged. */
export interface Acknowledged {
  readonly position: bigint;
  readonly stream: string;
  readonly id: string;
  readonly revision: number;
}

/** The whole lines of an appending child's output; the last may have been cut off. */
export function acknowledgedIn(output: string): Acknowledged[] {
  const lines = output.slice(0, output.lastIndexOf('\n') + 1).split('\n');
  return lines.flatMap((line) => {
    const [position, stream, id, revision] = line.split(' ');
    if (revision === undefined) return [];
    return [{ position: BigInt(position!), stream: stream!, id: id!, revision: Number(revision) }];
  });
}

/**
 * The faults of a store that has acknowledged these events: empty when each is at the position that was answered,
 * none is there twice, streams have no gap, and each event sent again is a repeat.
 */
export async function faultsOf(store: EventStore, acknowledged: readonly Acknowledged[]): Promise<string[]> {
  const ids = await idsIn(store);
  const faults = acknowledged
    .filter(({ position, id }) => ids[Number(position) - 1] !== id)
    .map(({ position, id }) => `lost: ${id} at ${position}`);
  if (new Set(ids).size !== ids.length) faults.push('an event is there twice');
  for (const stream of new Set(acknowledged.map((each) => each.stream))) {
    const events = await store.readStream(stream, 0, 1_000_000);
    if (events.some(({ revision }, i) => revision !== i)) faults.push(`${stream} has a gap`);
  }
  for (let from = 0; from < acknowledged.length; from += 1000) {
    const slice = acknowledged.slice(from, from + 1000);
    const again = await store.append({ events: slice.map(({ stream, id }) => newEvent(stream, id)) });
    again.forEach((outcome, i) => {
      const { id, position, revision } = slice[i]!;
      const known =
        outcome.status === 'duplicate' && outcome.position === position && outcome.revision === revision;
      if (!known) faults.push(`not known again: ${id}, ${outcome.status}`);
    });
  }
  return faults;
}

async function idsIn(store: EventStore): Promise<string[]> {
  const ids: string[] = [];
  for (let after = START; ;) {
    const page = await store.readAll({ after, limit: 10_000 });
    ids.push(...page.events.map(({ bytes }) => idOf(bytes)));
    if (page.atEnd) return ids;
    after = page.scannedTo;
  }
}
