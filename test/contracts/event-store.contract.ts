import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { START, storedPosition } from '#event-sourcing';
import {
  RevisionConflict,
  type AppendOutcome,
  type EventReader,
  type EventStore,
  type ReadAllOptions,
  type StoredEvent,
} from '#event-store';
import { FIRST_INSTANT, idOf, newEvent, newEvents } from '../kit/new-events.js';

/** A store under test: empty when opened first; opened again it has what it had. */
export interface StoreUnderTest {
  open(): Promise<EventStore>;
  /** Removes what the store left behind. */
  remove(): Promise<void>;
}

/** What every event store must do, whatever keeps its events. */
export function describeEventStore(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`event store ${name}`, () => {
    let subject: StoreUnderTest;
    let store: EventStore;

    beforeEach(async () => {
      subject = await make();
      store = await subject.open();
    });

    afterEach(async () => {
      await store.close();
      await subject.remove();
    });

    const reopen = async () => {
      await store.close();
      store = await subject.open();
    };

    describe('appends', () => {
      it('numbers the events of a stream without a gap and of the store in rising positions', async () => {
        const first = await store.append({
          events: [newEvent('customer-default.a', '1'), newEvent('customer-default.b', '2')],
        });
        const second = await store.append({ events: [newEvent('customer-default.a', '3')] });
        const all = [...first, ...second].map(recorded);
        expect(all.map(({ revision }) => revision)).toEqual([0, 0, 1]);
        expectRising(all.map(({ position }) => position));
        const page = await store.readAll({ after: START, limit: 10 });
        expectEntries(page.events, [0, 1, 2]);
        expect(page.events.map(({ position }) => position)).toEqual(all.map(({ position }) => position));
      });

      it('gives back the same bytes, also after it was opened again', async () => {
        const event = newEvent('customer-default.ä%20ö', 'umlaut', { content: 'Grüße – 🙂' });
        const [outcome] = await store.append({ events: [event] });
        await reopen();
        const [stored] = await store.readStream('customer-default.ä%20ö', 0, 1);
        expect(Buffer.from(stored!.bytes).equals(event.bytes)).toBe(true);
        expect(stored!.position).toBe(recorded(outcome!).position);
      });

      it('does nothing when there is nothing to append', async () => {
        expect(await store.append({ events: [] })).toEqual([]);
        expect(await store.head()).toBe(START);
      });

      it('keeps what many writers append at once, each stream gapless, each position once', async () => {
        const writers = Array.from({ length: 8 }, (_, writer) =>
          Promise.all(
            Array.from({ length: 25 }, (_, i) =>
              store.append({
                events: [
                  newEvent('customer-default.shared', `w${writer}-${i}`),
                  newEvent(`customer-default.${writer}`, `o${writer}-${i}`),
                ],
              }),
            ),
          ),
        );
        const outcomes = (await Promise.all(writers)).flat(2).map(recorded);
        const positions = outcomes.map(({ position }) => position);
        expect(new Set(positions).size).toBe(400);
        expect(revisionsOf(await store.readStream('customer-default.shared', 0, 1000))).toEqual(
          range(0, 200),
        );
        expect(revisionsOf(await store.readStream('customer-default.3', 0, 1000))).toEqual(range(0, 25));
        const page = await store.readAll({ after: START, limit: 1000 });
        expect(page.events).toHaveLength(400);
        expectEntries(page.events, range(0, 400));
      });
    });

    describe('tells repeats', () => {
      it('answers a repeat with its first place and records nothing', async () => {
        const event = newEvent('customer-default.a', '1');
        const [first] = await store.append({ events: [event] });
        const [again] = await store.append({ events: [event] });
        expect(again).toEqual({ ...recorded(first!), status: 'duplicate' });
        expect((await store.readAll({ after: START, limit: 10 })).events).toHaveLength(1);
      });

      it('knows a repeat after it was opened again', async () => {
        const events = newEvents('customer-default.a', 'x', 50);
        const first = await store.append({ events });
        await reopen();
        const again = await store.append({ events });
        expect(again).toEqual(first.map((outcome) => ({ ...outcome, status: 'duplicate' })));
      });

      it('knows an event that stands twice in one append', async () => {
        const event = newEvent('customer-default.a', '1');
        const outcomes = await store.append({ events: [event, event, newEvent('customer-default.a', '2')] });
        expect(outcomes.map(({ status }) => status)).toEqual(['recorded', 'duplicate', 'recorded']);
        expect(placeOf(outcomes[1]!)).toEqual(placeOf(outcomes[0]!));
        expect(revisionsOf(await store.readStream('customer-default.a', 0, 10))).toEqual([0, 1]);
      });

      it('compares an id that stands twice in one append with what is recorded, also in two streams', async () => {
        const recordedEvent = newEvent('customer-default.a', '1');
        const other = newEvent('customer-default.a', '1', { content: 'other' });
        await store.append({ events: [recordedEvent] });
        const again = await store.append({ events: [other, recordedEvent] });
        expect(again.map(({ status }) => status)).toEqual(['reused', 'duplicate']);
        const two = newEvent('customer-default.a', '2');
        const elsewhere = { ...two, stream: 'customer-default.b' };
        const outcomes = await store.append({ events: [two, elsewhere] });
        expect(outcomes.map(({ status }) => status)).toEqual(['recorded', 'duplicate']);
        expect(await store.streamHead('customer-default.b')).toBe('no-stream');
      });

      it('knows a repeat that is on its way at the same time', async () => {
        const event = newEvent('customer-default.a', '1');
        const outcomes = (
          await Promise.all(range(0, 20).map(() => store.append({ events: [event] })))
        ).flat();
        expect(outcomes.map(({ status }) => status).sort()).toEqual([
          ...Array(19).fill('duplicate'),
          'recorded',
        ]);
        expect(new Set(outcomes.map((outcome) => placeOf(outcome).position)).size).toBe(1);
      });

      it('says that an id was used before for other content, in its stream or another', async () => {
        const [first] = await store.append({ events: [newEvent('customer-default.a', '1')] });
        const other = newEvent('customer-default.a', '1', { content: 'other' });
        const elsewhere = { ...other, stream: 'customer-default.b' };
        const reused = { status: 'reused', position: recorded(first!).position };
        expect(await store.append({ events: [other] })).toEqual([reused]);
        expect(await store.append({ events: [elsewhere] })).toEqual([reused]);
        expect(await store.streamHead('customer-default.b')).toBe('no-stream');
      });

      it('records the other events beside one whose id is used', async () => {
        await store.append({ events: [newEvent('customer-default.a', '1')] });
        const outcomes = await store.append({
          events: [
            newEvent('customer-default.a', '1', { content: 'other' }),
            newEvent('customer-default.a', '2'),
          ],
        });
        expect(outcomes.map(({ status }) => status)).toEqual(['reused', 'recorded']);
      });
    });

    describe('takes all or none', () => {
      it('refuses, where it cannot, an atomic request of several streams, and records nothing of it', async () => {
        const append = store.append({
          atomic: true,
          events: [newEvent('customer-default.a', '1'), newEvent('customer-default.b', '2')],
        });
        if (store.atomicAcrossStreams) expect((await append).map(({ status }) => status)).toHaveLength(2);
        else {
          await expect(append).rejects.toMatchObject({ code: 'atomic-not-supported' });
          expect(await store.head()).toBe(START);
        }
      });

      it('abandons the new events of an atomic request of one stream that uses an id again', async () => {
        const known = newEvent('customer-default.a', 'known');
        await store.append({ events: [known] });
        const reused = newEvent('customer-default.a', 'known', { content: 'other' });
        const outcomes = await store.append({
          atomic: true,
          events: [newEvent('customer-default.a', 'new'), reused],
        });
        expect(outcomes.map(({ status }) => status)).toEqual(['abandoned', 'reused']);
        expect(await store.streamHead('customer-default.a')).toBe(0);
      });

      it('abandons the new events of an atomic request that uses an id again', async () => {
        if (!store.atomicAcrossStreams) return;
        const known = newEvent('customer-default.a', 'known');
        const [first] = await store.append({ events: [known] });
        const outcomes = await store.append({
          atomic: true,
          events: [
            newEvent('customer-default.b', 'new'),
            known,
            newEvent('customer-default.a', 'known', { content: 'other' }),
          ],
        });
        expect(outcomes.map(({ status }) => status)).toEqual(['abandoned', 'duplicate', 'reused']);
        expect(placeOf(outcomes[1]!).position).toBe(recorded(first!).position);
        expect(await store.streamHead('customer-default.b')).toBe('no-stream');
        expect((await store.append({ events: [newEvent('customer-default.b', 'new')] }))[0]!.status).toBe(
          'recorded',
        );
      });

      it('abandons all when two events of an atomic request share an id', async () => {
        const one = newEvent('customer-default.a', '1');
        const two = newEvent('customer-default.a', '1', { content: 'other' });
        const outcomes = await store.append({ atomic: true, events: [one, two, one] });
        expect(outcomes.map(({ status }) => status)).toEqual(['abandoned', 'reused', 'abandoned']);
        expect(await store.head()).toBe(START);
      });

      it('records an atomic request of several streams, with the repeats in it told', async () => {
        if (!store.atomicAcrossStreams) return;
        await store.append({ events: [newEvent('customer-default.a', '1')] });
        const outcomes = await store.append({
          atomic: true,
          events: [newEvent('customer-default.a', '1'), newEvent('customer-default.b', '2')],
        });
        expect(outcomes.map(({ status }) => status)).toEqual(['duplicate', 'recorded']);
      });
    });

    describe('holds writers to the revision they expect', () => {
      const append = (id: string, expected: number | 'no-stream') =>
        store.append({
          events: [newEvent('customer-default.a', id)],
          expected: new Map([['customer-default.a', expected]]),
        });

      it('appends at the expected revision, and refuses at another, naming both', async () => {
        expect(recorded((await append('1', 'no-stream'))[0]!).revision).toBe(0);
        expect(recorded((await append('2', 0))[0]!).revision).toBe(1);
        await expect(append('3', 0)).rejects.toEqual(new RevisionConflict('customer-default.a', 0, 1));
        await expect(append('3', 'no-stream')).rejects.toEqual(
          new RevisionConflict('customer-default.a', 'no-stream', 1),
        );
        expect(await store.streamHead('customer-default.a')).toBe(1);
      });

      it('refuses a revision of a stream that is not there', async () => {
        await expect(append('1', 4)).rejects.toEqual(
          new RevisionConflict('customer-default.a', 4, 'no-stream'),
        );
      });

      it('answers a whole repeat as such, though the stream has moved by its first delivery', async () => {
        await append('1', 'no-stream');
        expect((await append('1', 'no-stream'))[0]!.status).toBe('duplicate');
      });

      it('lets one of many win that expect the same', async () => {
        const results = await Promise.allSettled(range(0, 10).map((i) => append(`race-${i}`, 'no-stream')));
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        expect(await store.streamHead('customer-default.a')).toBe(0);
      });

      it('records nothing of a refused request, in no stream', async () => {
        await append('1', 'no-stream');
        const request = {
          events: [newEvent('customer-default.b', 'b'), newEvent('customer-default.a', '2')],
          expected: new Map([['customer-default.a', 7]]),
        };
        await expect(store.append(request)).rejects.toBeInstanceOf(RevisionConflict);
        expect(await store.streamHead('customer-default.b')).toBe('no-stream');
        expect(await store.find(request.events[0]!.eventId)).toBeUndefined();
      });

      it('guards a stream to which the request adds nothing', async () => {
        await append('1', 'no-stream');
        const guarded = (expected: number) =>
          store.append({
            events: [newEvent('customer-default.b', 'b')],
            expected: new Map([['customer-default.a', expected]]),
          });
        await expect(guarded(3)).rejects.toBeInstanceOf(RevisionConflict);
        expect((await guarded(0))[0]!.status).toBe('recorded');
      });
    });

    describe('reads', () => {
      it('a stream from a revision on, and no more than asked for', async () => {
        await store.append({ events: newEvents('customer-default.a', 'a', 100) });
        await store.append({ events: newEvents('customer-default.b', 'b', 5) });
        await store.append({ events: newEvents('customer-default.a', 'c', 100) });
        for (const [from, limit] of [
          [0, 1000],
          [0, 10],
          [31, 2],
          [90, 20],
          [99, 1],
          [150, 100],
          [199, 5],
        ] as const) {
          const events = await store.readStream('customer-default.a', from, limit);
          const expected = range(from, Math.min(200, from + limit));
          expect(revisionsOf(events)).toEqual(expected);
          expect(events.map(({ bytes }) => idOf(bytes))).toEqual(
            expected.map((r) => (r < 100 ? `a-${r}` : `c-${r - 100}`)),
          );
        }
        expect(await store.readStream('customer-default.a', 200, 5)).toEqual([]);
        expect(await store.readStream('customer-default.none', 0, 5)).toEqual([]);
      });

      it('does not take one stream for another whose name begins alike', async () => {
        await store.append({
          events: [newEvent('customer-default.a', '1'), newEvent('customer-default.ab', '2')],
        });
        expect((await store.readStream('customer-default.a', 0, 10)).map(({ bytes }) => idOf(bytes))).toEqual(
          ['1'],
        );
        expect(await store.streamHead('customer-default.')).toBe('no-stream');
      });

      it('everything in pages, each from where the last one ended', async () => {
        for (let i = 0; i < 10; i++)
          await store.append({ events: newEvents('customer-default.a', `p${i}`, 13) });
        const events = await readAllPages(store, { limit: 7 });
        expect(events).toHaveLength(130);
        expectEntries(events, range(0, 130));
        expectRising(events.map(({ position }) => position));
      });

      it('only events of the types asked for, in order, over pages', async () => {
        for (let i = 0; i < 40; i++) {
          const type =
            i % 10 === 3 ? 'cx.IssueRaised.v1' : i % 10 === 7 ? 'cx.IssueClosed.v1' : 'cx.ContactStarted.v1';
          await store.append({ events: [newEvent('customer-default.a', `t${i}`, { type })] });
        }
        const types = ['cx.IssueRaised.v1', 'cx.IssueClosed.v1', 'cx.NeverSeen.v1'];
        for (const limit of [1, 3, 100]) {
          const events = await readAllPages(store, { limit, types });
          const matching = [3, 7, 13, 17, 23, 27, 33, 37];
          expect(events.map(({ bytes }) => idOf(bytes))).toEqual(matching.map((i) => `t${i}`));
          expectEntries(events, matching);
        }
      });

      it('advances over what does not match, to the end', async () => {
        await store.append({ events: newEvents('customer-default.a', 'x', 30) });
        const page = await store.readAll({ after: START, limit: 10, types: ['cx.NeverSeen.v1'] });
        expect(page.events).toEqual([]);
        expect(page.scannedTo).toBe(await store.head());
        expect(page.atEnd).toBe(true);
      });

      it('nothing behind the end, and says that it is the end', async () => {
        // Behind what others have written to the same server, before the store's own events.
        const empty = await store.readAll({ after: START, limit: 10 });
        expect(empty).toMatchObject({ events: [], atEnd: true });
        await store.append({ events: newEvents('customer-default.a', 'x', 3) });
        const behind = await store.readAll({ after: empty.scannedTo, limit: 10 });
        expect(behind.events.map(({ bytes }) => idOf(bytes))).toEqual(['x-0', 'x-1', 'x-2']);
        const head = await store.head();
        const atHead = await store.readAll({ after: head, limit: 10 });
        expect(atHead).toMatchObject({ events: [], atEnd: true });
        expect(atHead.scannedTo).toBeGreaterThanOrEqual(head);
        const page = await store.readAll({ after: START, limit: 2 });
        expect(page.atEnd).toBe(false);
        expect(page.scannedTo).toBe(page.events[1]!.position);
      });

      it('one event by position, one position by id', async () => {
        const events = newEvents('customer-default.a', 'x', 5);
        const outcomes = (await store.append({ events })).map(recorded);
        const stored = await store.readAt(outcomes[3]!.position);
        expect(stored && idOf(stored.bytes)).toBe('x-3');
        expect(await store.find(events[3]!.eventId)).toBe(outcomes[3]!.position);
        expect(await store.find(newEvent('s', 'never').eventId)).toBeUndefined();
        expect(await store.readAt(storedPosition((await store.head()) + 1n))).toBeUndefined();
        expect(await store.readAt(START)).toBeUndefined();
      });

      it('what was known at a time', async () => {
        const at = (millis: number) => FIRST_INSTANT + millis;
        for (const [batch, times] of [[10, 10], [20], [20, 30, 30], [50]].entries()) {
          await store.append({
            events: times.map((t, i) => newEvent('customer-default.a', `${batch}-${i}`, { at: at(t) })),
          });
        }
        const page = await store.readAll({ after: START, limit: 10 });
        const positions = [START, ...page.events.map(({ position }) => position)];
        const known: [number, number][] = [
          [9, 0],
          [10, 2],
          [19, 2],
          [20, 4],
          [29, 4],
          [30, 6],
          [49, 6],
          [50, 7],
          [1000, 7],
        ];
        for (const [time, count] of known) expect(await store.positionAt(at(time))).toBe(positions[count]);
      });

      it('the end of a stream, and of the store', async () => {
        expect(await store.streamHead('customer-default.a')).toBe('no-stream');
        const outcomes = await store.append({ events: newEvents('customer-default.a', 'x', 70) });
        expect(await store.streamHead('customer-default.a')).toBe(69);
        expect(await store.head()).toBe(recorded(outcomes[69]!).position);
      });
    });

    it('calls back with each new head, until told to stop', async () => {
      const heads: bigint[] = [];
      const stop = store.onAppended((head) => heads.push(head));
      await store.append({ events: newEvents('customer-default.a', 'x', 3) });
      await store.append({ events: newEvents('customer-default.a', 'x', 3) });
      // A store may tell an append in more than one step; a repeat moves no head.
      expectRising(heads);
      expect(heads.at(-1)).toBe(await store.head());
      const told = heads.length;
      stop();
      await store.append({ events: newEvents('customer-default.a', 'y', 1) });
      expect(heads).toHaveLength(told);
    });

    it('writes what was taken before it closes, and takes nothing afterwards', async () => {
      const appends = range(0, 50).map((i) =>
        store.append({ events: [newEvent('customer-default.a', `c${i}`)] }),
      );
      await store.close();
      const outcomes = (await Promise.all(appends)).flat();
      expect(outcomes.every(({ status }) => status === 'recorded')).toBe(true);
      await expect(store.append({ events: [newEvent('customer-default.a', 'late')] })).rejects.toMatchObject({
        code: 'store-closed',
      });
      store = await subject.open();
      expect(await store.streamHead('customer-default.a')).toBe(49);
    });

    it('tells which streams have events', async () => {
      await store.append({ events: newEvents('customer-default.a', 'x', 2) });
      await store.append({ events: newEvents('customer-default.b', 'y', 1) });
      const asked = ['customer-default.b', 'customer-default.c', 'customer-default.a', 'customer-default.'];
      expect(await store.withEvents(asked)).toEqual(new Set(['customer-default.a', 'customer-default.b']));
      expect(await store.withEvents([])).toEqual(new Set());
      await reopen();
      expect(await store.withEvents(asked)).toEqual(new Set(['customer-default.a', 'customer-default.b']));
    });

    it('keeps its id when it is opened again', async () => {
      const { storeId } = store;
      expect(storeId).not.toBe('');
      await reopen();
      expect(store.storeId).toBe(storeId);
    });
  });
}

function recorded(outcome: AppendOutcome) {
  if (outcome.status !== 'recorded') throw new Error(`not recorded: ${outcome.status}`);
  return outcome;
}

function placeOf(outcome: AppendOutcome): { position: bigint; revision: number } {
  if (outcome.status !== 'recorded' && outcome.status !== 'duplicate') throw new Error(outcome.status);
  return { position: outcome.position, revision: outcome.revision };
}

async function readAllPages(
  store: EventReader,
  options: Omit<ReadAllOptions, 'after'>,
): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  let after = START;
  for (;;) {
    const page = await store.readAll({ ...options, after });
    expect(page.events.length).toBeLessThanOrEqual(options.limit);
    events.push(...page.events);
    if (page.atEnd) return events;
    expect(page.scannedTo).toBeGreaterThan(after);
    after = page.scannedTo;
  }
}

function expectRising(positions: readonly bigint[]): void {
  for (let i = 1; i < positions.length; i++) expect(positions[i]).toBeGreaterThan(positions[i - 1]!);
}

/** Where the store numbers its events. */
function expectEntries(events: readonly StoredEvent[], expected: readonly number[]): void {
  const entries = events.map(({ entry }) => entry).filter((entry) => entry !== undefined);
  if (entries.length > 0) expect(entries).toEqual(expected);
}

function revisionsOf(events: readonly StoredEvent[]): number[] {
  return events.map(({ revision }) => revision);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
