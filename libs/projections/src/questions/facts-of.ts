import type { Fact, OrderKey, Position, ReadModelReader, TimelineRow } from '#event-sourcing';
import { unpackFact } from '#journey';
import type { Person } from './person.js';

/** Rows read at once. */
const PAGE = 1000;

export interface FactsRange {
  /** Business time, ms, inclusive. */
  readonly upTo: number;
  /** Only what was recorded up to here. */
  readonly at?: Position;
  /** Exclusive. */
  readonly after?: OrderKey;
}

/** What one row of the timeline stands for. */
export interface TimelineFact {
  readonly row: TimelineRow;
  readonly fact: Fact;
}

/** The facts of a person in business order, those retracted left out; read page by page as they are asked for. */
export async function* factsOf(
  reader: ReadModelReader,
  { tenant, members }: Person,
  { upTo, at, after }: FactsRange,
): AsyncIterable<TimelineFact> {
  for (let last = after; ;) {
    const rows = await reader.timeline({ tenant, customers: members, upTo, at, after: last, limit: PAGE });
    for (const row of rows) yield { row, fact: unpackFact(row) };
    if (rows.length < PAGE) return;
    last = rows.at(-1);
  }
}

/** Behind everything that happened at a time. */
export function endOf(occurredAt: number): OrderKey {
  return { occurredAt, sequence: Number.MAX_SAFE_INTEGER, step: Number.MAX_SAFE_INTEGER, eventId: '~' };
}
