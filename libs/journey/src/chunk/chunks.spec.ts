import { describe, expect, it } from '@jest/globals';
import { compareOrder, eventIdOf } from '#event-sourcing';
import fc from 'fast-check';
import type { TimelineFact } from '../timeline-fact.js';
import { layoutStampOf, readChunk } from './chunk-reader.js';
import { ChunkWriter } from './chunk-writer.js';
import { type Chunk, type ChunkChange, cutIntoChunks, factsOfChunks, insertFacts } from './chunks.js';
import { type FactLayout, factLayoutOf, FactLayouts, type FieldLayout } from './fact-layout.js';
import { TimelineEnd } from './timeline-end.js';

const RUNS = Number(process.env['CX_RUNS'] ?? 100);
const LAYOUTS = new FactLayouts([]);
const LAYOUT = factLayoutOf();
/** 0000-01-01 and 9999-12-31: what RFC 3339 can say. */
const [EARLIEST, LATEST] = [-62_167_219_200_000, 253_402_300_799_999];

type Values = { readonly [field: string]: unknown };

const scalar = fc.oneof(
  fc.constant(undefined),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true }),
  fc.constantFrom('billing', 'k-1', 'k-2', ''),
  fc.string({ unit: 'grapheme' }),
);

function fieldValue({ nested }: FieldLayout): fc.Arbitrary<unknown> {
  if (nested === undefined) return scalar;
  const object = values(nested.fields);
  return fc.oneof(fc.constant(undefined), nested.list ? fc.array(object, { maxLength: 3 }) : object);
}

const values = (fields: readonly FieldLayout[]): fc.Arbitrary<Values> =>
  fc.record(Object.fromEntries(fields.map((field) => [field.name, fieldValue(field)])));

/** Facts of every touchpoint, at the limits of time, sequence and position too. */
const fact: fc.Arbitrary<TimelineFact> = fc
  .record({
    kind: fc.constantFrom(...LAYOUT.kinds),
    occurredAt: fc.oneof(
      fc.constantFrom(EARLIEST, LATEST, -1, 0, 1),
      fc.integer({ min: EARLIEST, max: LATEST }),
      fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_010 }),
    ),
    sequence: fc.oneof(fc.constantFrom(0, 1, 999_999_999_999_999), fc.maxSafeNat()),
    position: fc.oneof(fc.constantFrom(0, 1, 2 ** 53 - 1, 2 ** 53 - 2), fc.maxSafeNat()),
    id: fc.uuid(),
  })
  .chain(({ kind, id, ...rest }) =>
    values(kind.fields).map((data) => ({
      ...rest,
      step: kind.step,
      type: kind.name,
      eventId: id,
      customer: 'c-1',
      data,
    })),
  );

const history = fc.array(fact, { minLength: 1, maxLength: 200, size: 'max' }).map((facts) => {
  const byId = new Map(facts.map((one) => [one.eventId, one]));
  return [...byId.values()].sort(compareOrder);
});

/** A fact's own members: what is read is an object of a class, whose event id is made when asked for. */
const plain = ({ occurredAt, sequence, step, eventId, type, customer, data, position }: TimelineFact) => ({
  ...{ occurredAt, sequence, step, eventId, type, customer, position },
  data,
});

const written = (facts: readonly TimelineFact[], layout = LAYOUT): Uint8Array => {
  const writer = new ChunkWriter(layout);
  for (const one of facts) writer.add(one);
  return writer.chunk;
};

describe('A chunk', () => {
  it('gives back the facts of every touchpoint, at any time, sequence and position below 2^53', () => {
    fc.assert(
      fc.property(history, (facts) => {
        const bytes = written(facts);
        expect(readChunk(bytes, 'c-1', LAYOUTS).map(plain)).toEqual(facts);
        expect(layoutStampOf(bytes)).toBe(LAYOUT.stamp);
      }),
      { numRuns: RUNS },
    );
  });

  it('covers all that stands in a customer’s stream', () => {
    const empty = LAYOUT.kinds.map(({ name, step }, position) => ({
      ...{ occurredAt: 0, sequence: 0, step, position, type: name, customer: 'c-1', data: {} },
      eventId: eventIdOf('default', '/all', name),
    }));
    expect(readChunk(written(empty), 'c-1', LAYOUTS).map(({ type }) => type)).toEqual(
      LAYOUT.kinds.map(({ name }) => name),
    );
  });

  it.each([2 ** 53, 1.5, -1, NaN])('refuses the position %p', (position) => {
    const writer = new ChunkWriter(LAYOUT);
    const one = { occurredAt: 0, sequence: 0, step: 100, position, type: 'ContactStarted', customer: 'c-1' };
    expect(() => writer.add({ ...one, eventId: eventIdOf('default', '/x', '1'), data: {} })).toThrow(
      'positions below 2^53',
    );
  });

  it.each([
    ['an event id that is no UUID', { eventId: 'abc', data: {} }],
    ['an object where the schema has one value', { data: { contactId: { a: 1 } } }],
    ['a value where the schema has objects', { type: 'NeedsIdentified', data: { needs: 'x' } }],
  ])('refuses %s, and is not changed by it', (_, wrong) => {
    const good = {
      occurredAt: 0,
      sequence: 0,
      step: 100,
      position: 1,
      type: 'ContactStarted',
      customer: 'c',
    };
    const first = { ...good, eventId: eventIdOf('default', '/x', '1'), data: { contactId: 'k' } };
    const writer = new ChunkWriter(LAYOUT).add(first);
    const before = writer.chunk;
    expect(() => writer.add({ ...first, ...wrong } as TimelineFact)).toThrow(
      expect.objectContaining({ code: 'malformed-event' }) as unknown as Error,
    );
    expect(Buffer.from(writer.chunk).equals(before)).toBe(true);
    expect(readChunk(writer.chunk, 'c-1', LAYOUTS)).toHaveLength(1);
  });

  it('C13: answers damaged-chunk for bytes that no chunk has, never wrong facts without end', () => {
    fc.assert(
      fc.property(history, fc.nat(), fc.nat(255), (facts, at, byte) => {
        const bytes = written(facts.slice(0, 20));
        bytes[at % bytes.length] = byte;
        try {
          readChunk(bytes, 'c-1', LAYOUTS);
        } catch (error) {
          expect(['damaged-chunk', 'unknown-layout']).toContain((error as { code?: string }).code);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('A3: is read by the layout it was written by, after schemas have got other fields', () => {
    const old: FactLayout = {
      stamp: 7,
      kinds: LAYOUT.kinds.map((kind) => ({ ...kind, fields: kind.fields.slice(0, 1) })).reverse(),
    };
    fc.assert(
      fc.property(history, (facts) => {
        const read = readChunk(written(facts, old), 'c-1', new FactLayouts([old]));
        const kept = facts.map((one) => {
          const [field] = old.kinds.find(({ name }) => name === one.type)!.fields;
          return { ...one, data: field ? { [field.name]: (one.data as Values)[field.name] } : {} };
        });
        expect(read.map(plain)).toEqual(kept);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('A timeline', () => {
  const endOf = (chunks: readonly Chunk[]) =>
    chunks.length === 0 ? new TimelineEnd() : TimelineEnd.of(chunks.at(-1)!, 'c-1', LAYOUTS);

  /** What is stored after a change. */
  const changed = (chunks: readonly Chunk[], { chunks: put, cut = Infinity }: ChunkChange) => {
    const numbers = new Set(put.map(({ number }) => number));
    const kept = chunks.filter(({ number }) => number < cut && !numbers.has(number));
    return [...kept, ...put].sort((a, b) => a.number - b.number);
  };

  it('is the same set of facts in business order, however late each of them comes', () => {
    fc.assert(
      fc.property(
        history,
        fc.infiniteStream(fc.nat(1_000)),
        fc.integer({ min: 1, max: 70 }),
        (facts, keys, page) => {
          const shuffled = facts
            .map((one) => ({ one, key: keys.next().value as number }))
            .sort((a, b) => a.key - b.key)
            .map(({ one }) => one);
          let chunks: readonly Chunk[] = [];
          for (let from = 0; from < shuffled.length; from += page) {
            const group = shuffled.slice(from, from + page).sort(compareOrder);
            const before = chunks.length;
            const { added, ...change } = insertFacts(chunks, group, LAYOUTS);
            expect(added).toHaveLength(group.length);
            chunks = changed(chunks, change);
            // A repeat changes nothing.
            expect(insertFacts(chunks, group, LAYOUTS)).toMatchObject({ added: [], chunks: [] });
            expect(before).toBeLessThanOrEqual(chunks.length);
          }
          expect(factsOfChunks(chunks, 'c-1', LAYOUTS).map(plain)).toEqual(facts);
          expect(chunks.map(({ number }) => number)).toEqual(chunks.map((_, i) => i));
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('has the bytes of one cut at once where facts are appended in order', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 70 }), (facts, page) => {
        let chunks: readonly Chunk[] = [];
        for (let from = 0; from < facts.length; from += page)
          chunks = changed(chunks, endOf(chunks).append(facts.slice(from, from + page), LAYOUTS));
        const atOnce = cutIntoChunks(facts, 0, LAYOUTS);
        expect(chunks).toHaveLength(Math.ceil(facts.length / 32));
        expect(chunks.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).toEqual(
          atOnce.map(({ bytes }) => Buffer.from(bytes).toString('hex')),
        );
      }),
      { numRuns: RUNS },
    );
  });
});
