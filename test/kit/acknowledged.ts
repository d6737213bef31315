import { expect } from '@jest/globals';
import { START, type EventStore } from '#event-sourcing';
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
    return revision === undefined
      ? []
      : [{ position: BigInt(position!), stream: stream!, id: id!, revision: Number(revision) }];
  });
}

/**
 * Every acknowledged event is in the store, where it was said to be; nothing is there twice; streams have no gap; and
 * sending everything again records nothing.
 */
export async function expectNothingLost(
  store: EventStore,
  acknowledged: readonly Acknowledged[],
): Promise<void> {
  const ids: string[] = [];
  for (let after = START; ;) {
    const page = await store.readAll({ after, limit: 10_000 });
    ids.push(...page.events.map(({ bytes }) => idOf(bytes)));
    if (page.atEnd) break;
    after = page.scannedTo;
  }
  expect(new Set(ids).size).toBe(ids.length);
  const lost = acknowledged.filter(({ position, id }) => ids[Number(position) - 1] !== id);
  expect(lost).toEqual([]);
  for (const stream of new Set(acknowledged.map((each) => each.stream))) {
    const events = await store.readStream(stream, 0, 1_000_000);
    expect(events.map(({ revision }) => revision)).toEqual(events.map((_, revision) => revision));
  }
  for (let from = 0; from < acknowledged.length; from += 1000) {
    const slice = acknowledged.slice(from, from + 1000);
    const again = await store.append({ events: slice.map(({ stream, id }) => newEvent(stream, id)) });
    expect(again).toEqual(
      slice.map(({ position, revision }) => ({ status: 'duplicate', position, revision })),
    );
  }
}
