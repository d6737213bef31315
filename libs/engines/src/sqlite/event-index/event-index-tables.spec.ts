import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Position, START, storedPosition } from '#event-sourcing';
import type { IndexedEvent } from '#event-store';
import { EventIndexTables } from './event-index-tables.js';

/** How far an event is behind the one before it in the log, and when it was recorded, ms: servers' clocks may differ. */
const EVENTS = fc.array(
  fc.record({ gap: fc.bigInt(1n, 2n ** 50n), recordedAt: fc.integer({ min: 0, max: 30 }) }),
  { maxLength: 12 },
);

describe('the tables of an event index', () => {
  let tables: EventIndexTables;

  beforeEach(() => {
    tables = EventIndexTables.openToFill(undefined);
    tables.begin('a store');
  });

  afterEach(() => tables.close());

  it('11.1: give the last position before the first event that was recorded later, without an index of times', () => {
    let stores = 0;
    fc.assert(
      fc.property(EVENTS, (made) => {
        // Another store's index is begun anew.
        tables.begin(`store ${stores++}`);
        let position: Position = START;
        const events = made.map(({ gap, recordedAt }, revision): IndexedEvent => {
          position = storedPosition(position + gap);
          const eventId = `00000000-0000-5000-8000-${String(revision).padStart(12, '0')}`;
          return { eventId, contentHash: new Uint8Array(16), stream: 's', revision, position, recordedAt };
        });
        tables.add(events, position);
        for (let time = -1; time <= 31; time++) {
          const later = events.findIndex(({ recordedAt }) => recordedAt > time);
          const before = later === -1 ? events.at(-1) : events[later - 1];
          expect(tables.positionAt(time)).toBe(before?.position ?? START);
        }
      }),
      { numRuns: 50 },
    );
  });
});
