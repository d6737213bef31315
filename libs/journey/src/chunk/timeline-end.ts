import type { OrderKey } from '#event-sourcing';
import type { TimelineFact } from '../timeline-fact.js';
import { readContents } from './chunk-reader.js';
import { ChunkWriter } from './chunk-writer.js';
import { type Chunk, type ChunkChange, cutIntoChunks } from './chunks.js';
import type { FactLayouts } from './fact-layout.js';

/** The end of a customer's timeline: facts that come behind all others are appended to the last chunk while it has room. */
export class TimelineEnd {
  /** Where the last fact stands in business order; undefined: there is none. */
  last: OrderKey | undefined;
  /** Of the last chunk; −1 where there is none. */
  private number = -1;
  /** The last chunk as it can be written on; undefined: the next fact begins a new one. */
  private writer: ChunkWriter | undefined;

  /** The end of a timeline whose last chunk this is; `customer`: as published. */
  static of({ number, bytes }: Chunk, customer: string, layouts: FactLayouts): TimelineEnd {
    const { layout, facts, texts } = readContents(bytes, customer, layouts);
    const end = new TimelineEnd();
    [end.number, end.last] = [number, facts.at(-1)];
    if (layout.stamp === layouts.current.stamp) end.writer = ChunkWriter.after(layout, bytes, facts, texts);
    return end;
  }

  /** Appends facts in business order, the first of which comes behind the last. Throws what `ChunkWriter.add` throws. */
  append(facts: readonly TimelineFact[], layouts: FactLayouts): ChunkChange {
    const writers = this.writer === undefined || this.writer.isFull ? [] : [this.writer];
    const chunks = cutIntoChunks(facts, this.number + 1 - writers.length, layouts, writers);
    [this.writer, this.number] = [writers.at(-1), chunks.at(-1)!.number];
    // Not the fact itself: what is kept of very many customers would hold their data.
    const { occurredAt, sequence, step, eventId } = facts.at(-1)!;
    this.last = { occurredAt, sequence, step, eventId };
    return { chunks };
  }
}
