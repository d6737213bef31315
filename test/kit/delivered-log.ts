import { decodeEvent, type Position, START, storedPosition, streamName } from '#event-sourcing';
import { EventReader, type ReadAllOptions, type ReadPage, type StoredEvent } from '#event-store';
import { recordedEvent, storedBytes, type EventSpec } from './recorded-events.js';

/** A log that takes whatever it is given, repeats included, in the order given: to show that neither matters. */
export class DeliveredLog extends EventReader {
  /** Set to make the next readings fail, as a store that is away does. */
  failures = 0;
  private readonly stored: StoredEvent[] = [];

  constructor(events: readonly EventSpec[] = []) {
    super();
    this.deliver(...events);
  }

  deliver(...events: readonly EventSpec[]): this {
    for (const event of events) this.deliverBytes(storedBytes(recordedEvent(event)));
    return this;
  }

  deliverBytes(bytes: Uint8Array): this {
    const entry = this.stored.length;
    this.stored.push({ position: storedPosition(entry + 1), entry, revision: entry, bytes });
    return this;
  }

  async readAll({ after, limit, types }: ReadAllOptions): Promise<ReadPage> {
    this.failIfTold();
    const from = Number(after);
    const scanned = this.stored.slice(from, from + limit);
    return {
      events: types === undefined ? scanned : scanned.filter(({ bytes }) => types.includes(typeOf(bytes))),
      scannedTo: scanned.at(-1)?.position ?? after,
      atEnd: from + scanned.length >= this.stored.length,
    };
  }

  async head(): Promise<Position> {
    this.failIfTold();
    return this.stored.at(-1)?.position ?? START;
  }

  async readAt(position: Position): Promise<StoredEvent | undefined> {
    return this.stored[Number(position) - 1];
  }

  async readStream(stream: string, from: number, limit: number): Promise<readonly StoredEvent[]> {
    return this.stored.filter(({ bytes }) => streamOf(bytes) === stream).slice(from, from + limit);
  }

  async distance(from: Position, to: Position): Promise<number> {
    return Math.max(0, Number(to - from));
  }

  async positionAt(): Promise<Position> {
    return this.head();
  }

  async close(): Promise<void> {
    // Nothing to close.
  }

  private failIfTold(): void {
    if (this.failures <= 0) return;
    this.failures -= 1;
    throw new Error('the event store is away');
  }
}

function streamOf(bytes: Uint8Array): string | undefined {
  try {
    return streamName(decodeEvent(bytes));
  } catch {
    return undefined;
  }
}

function typeOf(bytes: Uint8Array): string {
  try {
    return decodeEvent(bytes).type;
  } catch {
    return '';
  }
}
