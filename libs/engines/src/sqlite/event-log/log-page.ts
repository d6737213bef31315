import { storedPosition } from '#event-sourcing';
import { type ReadPage, type StoredEvent } from '#event-store';
import type { LogReader } from './log-reader.js';
import { typeBits } from './log-reader.js';

/** Bytes of events at which a page ends. */
const PAGE_BYTES = 8 * 1024 * 1024;
/** Positions scanned for a type at which a page ends. */
const PAGE_POSITIONS = 131_072;

/** Gathers a page's events. */
export class PageBuilder {
  readonly events: StoredEvent[] = [];
  #bytes = 0;

  constructor(private readonly limit: number) {}

  get full(): boolean {
    return this.events.length >= this.limit || this.#bytes >= PAGE_BYTES;
  }

  /** How many more events the page may hold. */
  get room(): number {
    return this.limit - this.events.length;
  }

  add(event: StoredEvent): void {
    this.events.push(event);
    this.#bytes += event.bytes.length;
  }

  page(scannedTo: number, head: number): ReadPage {
    return { events: this.events, scannedTo: storedPosition(scannedTo), atEnd: scannedTo >= head };
  }
}

/** Reads the log in order, from the position behind `after` to `to` at most. */
export function scanAll(log: LogReader, page: PageBuilder, after: number, to: number): number {
  for (const block of log.blocksFrom(after + 1)) {
    const last = Math.min(block.last, to);
    for (let position = Math.max(block.first, after + 1); position <= last; position++) {
      page.add(block.stored(position - block.first));
      if (page.full) return position;
    }
    if (block.last >= to) return to;
  }
  return to;
}

/** The same for events of some types, passing over blocks that have none of them. Returns the last position scanned. */
export function scanTypes(
  log: LogReader,
  page: PageBuilder,
  after: number,
  to: number,
  types: readonly number[],
): number {
  const wanted = new Set(types);
  const bits = typeBits(types);
  const end = Math.min(to, after + PAGE_POSITIONS);
  let block = log.blockAt(after + 1);
  while (block !== undefined && block.first <= end) {
    const last = Math.min(block.last, end);
    for (let position = Math.max(block.first, after + 1); position <= last; position++) {
      if (!wanted.has(block.types[position - block.first]!)) continue;
      page.add(block.stored(position - block.first));
      if (page.full) return position;
    }
    block = log.blockWithTypes(block.last + 1, end, bits);
  }
  return end;
}
