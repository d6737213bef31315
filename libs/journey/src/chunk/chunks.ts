import { compareOrder } from '#event-sourcing';
import type { TimelineFact } from '../timeline-fact.js';
import { layoutStampOf, readChunk } from './chunk-reader.js';
import { ChunkWriter } from './chunk-writer.js';
import type { FactLayouts } from './fact-layout.js';

/** Late facts make a chunk grow so far; beyond it everything from there on is cut anew. */
const FACTS_AT_MOST = 512;

/** One piece of a customer's timeline. */
export interface Chunk {
  /** Ascending in business order, without gaps from 0. */
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** What a customer's timeline becomes: these chunks are written, those from `cut` on go first. */
export interface ChunkChange {
  readonly chunks: readonly Chunk[];
  /** Number of the first chunk that goes; absent: none does. */
  readonly cut?: number;
}

/** The facts of chunks, in business order. */
export function factsOfChunks(
  chunks: readonly Chunk[],
  customer: string,
  layouts: FactLayouts,
): TimelineFact[] {
  const [only] = chunks;
  if (chunks.length === 1) return readChunk(only!.bytes, customer, layouts);
  return chunks.flatMap(({ bytes }) => readChunk(bytes, customer, layouts));
}

/**
 * Facts in business order cut into chunks, numbered from `first` on. `writers`: the chunk that they go on with, if any; chunks
 * that are begun are added to it.
 */
export function cutIntoChunks(
  facts: readonly TimelineFact[],
  first: number,
  layouts: FactLayouts,
  writers: ChunkWriter[] = [],
): Chunk[] {
  let writer = writers.at(-1);
  for (const fact of facts) {
    if (writer === undefined || writer.isFull) writers.push((writer = new ChunkWriter(layouts.current)));
    writer.add(fact);
  }
  return writers.map(({ chunk: bytes }, i) => ({ number: first + i, bytes }));
}

/**
 * Puts late facts, in business order, where they belong among all chunks of a customer. Facts that are there already
 * are left out; `added` are those that were not.
 */
export function insertFacts(
  chunks: readonly Chunk[],
  facts: readonly TimelineFact[],
  layouts: FactLayouts,
): ChunkChange & { readonly added: readonly TimelineFact[] } {
  const { customer } = facts[0]!;
  const read: TimelineFact[][] = chunks.length === 0 ? [[]] : [];
  const last = Math.max(0, chunks.length - 1);
  const factsOf = (number: number) => (read[number] ??= readChunk(chunks[number]!.bytes, customer, layouts));
  const added: TimelineFact[] = [];
  const changed = new Set<number>();
  for (const fact of facts) {
    // The last chunk that begins before the fact, or the first of all: few of many chunks are read.
    let [number, high] = [0, last];
    while (number < high) {
      const middle = (number + high + 1) >>> 1;
      if (compareOrder(factsOf(middle)[0]!, fact) <= 0) number = middle;
      else high = middle - 1;
    }
    const place = placeIn(factsOf(number), fact);
    if (place === undefined) continue;
    factsOf(number).splice(place, 0, fact);
    added.push(fact);
    changed.add(number);
  }
  if (changed.size === 0) return { chunks: [], added };
  if ([...changed].every((number) => factsOf(number).length <= FACTS_AT_MOST)) {
    return {
      chunks: [...changed].map((number) => ({ number, bytes: packed(factsOf(number), layouts) })),
      added,
    };
  }
  const first = Math.min(...changed);
  const behind: TimelineFact[] = [];
  for (let number = first; number <= last; number++) behind.push(...factsOf(number));
  return { chunks: cutIntoChunks(behind, first, layouts), cut: first, added };
}

/**
 * Puts facts read anew from the log in the place of those of the same events, and packs all of them by the current
 * layout. Undefined where all of it has been done; `added` are facts that were not there.
 */
export function replaceFacts(
  chunks: readonly Chunk[],
  facts: readonly TimelineFact[],
  layouts: FactLayouts,
): (ChunkChange & { readonly added: readonly TimelineFact[] }) | undefined {
  const known = new Set(layouts.current.kinds.map(({ name }) => name));
  const stored = factsOfChunks(chunks, facts[0]!.customer, layouts).filter(({ type }) => known.has(type));
  const byId = new Map(stored.map((fact) => [fact.eventId, fact]));
  const added = facts.filter(({ eventId }) => !byId.has(eventId));
  const isCurrent = chunks.every(({ bytes }) => layoutStampOf(bytes) === layouts.current.stamp);
  if (isCurrent && added.length === 0) return undefined;
  for (const fact of facts) byId.set(fact.eventId, fact);
  return { chunks: cutIntoChunks([...byId.values()].sort(compareOrder), 0, layouts), cut: 0, added };
}

function packed(facts: readonly TimelineFact[], layouts: FactLayouts): Uint8Array {
  const writer = new ChunkWriter(layouts.current);
  for (const fact of facts) writer.add(fact);
  return writer.chunk;
}

/** Where a fact belongs; undefined where it is there already. */
function placeIn(facts: readonly TimelineFact[], fact: TimelineFact): number | undefined {
  let [low, high] = [0, facts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compareOrder(facts[middle]!, fact);
    if (order === 0) return undefined;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
