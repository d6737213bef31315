import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { START, storedPosition } from '#event-sourcing';
import {
  RevisionConflict,
  type AppendOutcome,
  type AppendRequest,
  type ExpectedRevision,
} from '#event-store';
import { idOf, newEvent } from '../../../../../test/kit/new-events.js';
import { EmbeddedEventStore } from './event-store.js';

interface Wish {
  readonly events: readonly { readonly stream: number; readonly id: number; readonly content: string }[];
  readonly atomic: boolean;
  readonly expected: { readonly stream: number; readonly revision: ExpectedRevision } | null;
}

/** What the store must do, said in the plainest way. */
class Model {
  readonly log: { stream: string; id: string; content: string }[] = [];

  append({ events, atomic, expected }: Wish): AppendOutcome[] | RevisionConflict {
    const before = this.log.length;
    const outcomes = events.map((event): AppendOutcome => {
      const [stream, id] = [`s${event.stream}`, `e${event.id}`];
      const entry = this.log.findIndex((known) => known.id === id);
      const position = storedPosition(entry + 1);
      if (entry !== -1 && this.log[entry]!.content !== event.content) return { status: 'reused', position };
      if (entry !== -1) return { status: 'duplicate', position, revision: this.revision(entry) };
      this.log.push({ stream, id, content: event.content });
      return {
        status: 'recorded',
        position: storedPosition(this.log.length),
        revision: this.revision(this.log.length - 1),
      };
    });
    const added = this.log.slice(before);
    if (added.length === 0) return outcomes;
    if (expected !== null) {
      const stream = `s${expected.stream}`;
      const count = this.log.slice(0, before).filter((known) => known.stream === stream).length;
      const actual = count === 0 ? 'no-stream' : count - 1;
      const named = events.some((event) => event.stream === expected.stream);
      const concerned = added.some((known) => known.stream === stream) || !named;
      if (concerned && actual !== expected.revision) {
        this.log.length = before;
        return new RevisionConflict(stream, expected.revision, actual);
      }
    }
    if (!atomic || outcomes.every(({ status }) => status !== 'reused')) return outcomes;
    this.log.length = before;
    return outcomes.map((outcome): AppendOutcome => {
      if (outcome.status === 'abandoned' || outcome.position <= BigInt(before)) return outcome;
      return outcome.status === 'reused' ? { status: 'reused', position: START } : { status: 'abandoned' };
    });
  }

  revision(entry: number): number {
    const { stream } = this.log[entry]!;
    return this.log.slice(0, entry).filter((known) => known.stream === stream).length;
  }
}

const wish: fc.Arbitrary<Wish> = fc.record({
  events: fc.array(
    fc.record({
      stream: fc.nat(3),
      id: fc.nat(40),
      content: fc.constantFrom('as first sent', 'as first sent', 'other'),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  atomic: fc.boolean(),
  expected: fc.option(
    fc.record({ stream: fc.nat(3), revision: fc.oneof(fc.constant('no-stream' as const), fc.nat(5)) }),
    { freq: 2 },
  ),
});

/** Rounds of requests sent at once; between them the store may be opened again. */
const history = fc.array(
  fc.record({ wishes: fc.array(wish, { minLength: 1, maxLength: 8 }), reopen: fc.boolean() }),
  {
    minLength: 1,
    maxLength: 6,
  },
);

function request({ events, atomic, expected }: Wish): AppendRequest {
  return {
    atomic,
    events: events.map(({ stream, id, content }) => newEvent(`s${stream}`, `e${id}`, { content })),
    ...(expected === null ? {} : { expected: new Map([[`s${expected.stream}`, expected.revision]]) }),
  };
}

describe('the embedded event store', () => {
  it('does what its model does, whatever is sent at once and whenever it is opened again', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (rounds) => {
        const folder = await mkdtemp(join(tmpdir(), 'cx-events-'));
        const open = () => EmbeddedEventStore.open({ folder, memtableEvents: 5, recentStreams: 2 });
        const model = new Model();
        let store = await open();
        try {
          for (const { wishes, reopen } of rounds) {
            const results = await Promise.all(
              wishes.map((each) => store.append(request(each)).catch((error: unknown) => error)),
            );
            expect(results).toEqual(wishes.map((each) => model.append(each)));
            if (!reopen) continue;
            await store.close();
            store = await open();
          }
          await expectSame(store, model);
        } finally {
          await store.close();
          await rm(folder, { recursive: true });
        }
      }),
      { numRuns: 12 },
    );
  }, 180_000);
});

async function expectSame(store: EmbeddedEventStore, { log }: Model): Promise<void> {
  const page = await store.readAll({ after: START, limit: 1000 });
  expect(page.events.map(({ bytes }) => idOf(bytes))).toEqual(log.map(({ id }) => id));
  for (const name of ['s0', 's1', 's2', 's3']) {
    const ids = log.filter(({ stream }) => stream === name).map(({ id }) => id);
    const events = await store.readStream(name, 0, 1000);
    expect(events.map(({ bytes }) => idOf(bytes))).toEqual(ids);
    expect(events.map(({ revision }) => revision)).toEqual(ids.map((_, revision) => revision));
    expect(await store.streamHead(name)).toBe(ids.length === 0 ? 'no-stream' : ids.length - 1);
  }
  for (const [entry, { id, stream }] of log.entries()) {
    expect(await store.find(newEvent(stream, id).eventId)).toBe(BigInt(entry + 1));
  }
}
