import { compareOrder, type OrderKey } from '#event-sourcing';
import {
  type Chunk,
  type ChunkChange,
  ChunkWriter,
  FACTS_A_CHUNK,
  type FactLayouts,
  layoutStampOf,
  readChunk,
  type TimelineFact,
} from '#journey';
import type { CustomerRecord } from '#views';
import { Lru } from './lru.js';
import type { StoredState } from './read-model.js';

/** Customers whose last chunk is kept open in memory: twice as many as any page has. */
const KEPT = 70_000;

/** The end of a customer's timeline. */
interface Tail {
  /** Of the last chunk; −1 where there is none. */
  number: number;
  /** The last chunk as it can be written on; undefined: the next fact begins a new one. */
  writer: ChunkWriter | undefined;
  last: OrderKey | undefined;
}

/** The ends of customers' timelines, where events in order are appended. */
export class Tails {
  private readonly kept = new Lru<number, Tail>(KEPT);

  constructor(
    private readonly state: StoredState,
    private readonly layouts: () => FactLayouts,
  ) {}

  /** Reads the last chunks of those customers that are not in memory; `isNew` have none. */
  async load(customers: readonly CustomerRecord[], isNew: (number: number) => boolean): Promise<void> {
    const missing = customers.filter(({ number }) => this.kept.get(number) === undefined);
    for (const { number } of missing.filter(({ number: one }) => isNew(one))) {
      this.kept.set(number, { number: -1, writer: undefined, last: undefined });
    }
    const stored = missing.filter(({ number }) => !isNew(number));
    if (stored.length === 0) return;
    for (const { customer, chunks } of await this.state.timelines(stored, 'last'))
      this.kept.set(customer.number, this.tailOf(chunks[0], customer.name));
  }

  /** Whether facts (in business order) come behind all that is stored of the customer. */
  isBehind(customer: number, fact: OrderKey): boolean {
    const { last } = this.tail(customer);
    return last === undefined || compareOrder(fact, last) > 0;
  }

  /** Appends facts in business order, the first of which comes behind all that is stored. */
  append(customer: number, facts: readonly TimelineFact[]): ChunkChange {
    const tail = this.tail(customer);
    const written = new Map<number, ChunkWriter>();
    for (const fact of facts) {
      if (tail.writer === undefined || tail.writer.count >= FACTS_A_CHUNK) {
        tail.writer = new ChunkWriter(this.layouts().current);
        tail.number += 1;
      }
      tail.writer.add(fact);
      written.set(tail.number, tail.writer);
    }
    tail.last = facts.at(-1);
    return { chunks: [...written].map(([number, { chunk: bytes }]) => ({ number, bytes })) };
  }

  /** The customer's chunks were written otherwise: they are read when they are needed again. */
  forget(customer?: number): void {
    if (customer === undefined) this.kept.clear();
    else this.kept.delete(customer);
  }

  private tail(customer: number): Tail {
    const tail = this.kept.get(customer);
    if (tail === undefined) throw new Error('the end of a timeline was not loaded');
    return tail;
  }

  private tailOf(chunk: Chunk | undefined, customer: string): Tail {
    if (chunk === undefined) return { number: -1, writer: undefined, last: undefined };
    const layouts = this.layouts();
    const facts = readChunk(chunk.bytes, customer, layouts);
    const last = facts.at(-1);
    const { number } = chunk;
    const isOpen = facts.length < FACTS_A_CHUNK && layoutStampOf(chunk.bytes) === layouts.current.stamp;
    if (!isOpen) return { number, writer: undefined, last };
    const writer = new ChunkWriter(layouts.current);
    for (const fact of facts) writer.add(fact);
    return { number, writer, last };
  }
}
