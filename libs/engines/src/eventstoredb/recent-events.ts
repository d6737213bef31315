import type { Position } from '#event-sourcing';
import type { KnownEvent } from '#event-store';
import type { LedgerEvent } from './ledger-event.js';

type Recent = Pick<LedgerEvent, 'eventId' | 'stream' | 'revision' | 'position' | 'contentHash'>;

/**
 * Events that are remembered at most. One that is forgotten before the index has it is still recognised in its stream, whose
 * end is read when the revision is wrong.
 */
const MOST = 200_000;

/** Events that this process knows of and the index perhaps does not: forgotten as soon as the index has them. */
export class RecentEvents {
  private readonly ids = new Map<string, Recent>();
  private readonly heads = new Map<string, Recent>();
  /** In the order in which they became known. */
  private readonly waiting: Recent[] = [];

  add(event: Recent): void {
    if (this.ids.has(event.eventId)) return;
    this.ids.set(event.eventId, event);
    this.waiting.push(event);
    if (this.waiting.length > MOST) this.drop(MOST / 10);
    if (event.revision > (this.heads.get(event.stream)?.revision ?? -1)) this.heads.set(event.stream, event);
  }

  find(eventId: string): KnownEvent | undefined {
    return this.ids.get(eventId);
  }

  headOf(stream: string): number | undefined {
    return this.heads.get(stream)?.revision;
  }

  /** The index has everything up to this position. */
  forget(upTo: Position): void {
    const first = this.waiting.findIndex((event) => event.position > upTo);
    this.drop(first === -1 ? this.waiting.length : first);
  }

  private drop(count: number): void {
    for (const event of this.waiting.splice(0, count)) {
      this.ids.delete(event.eventId);
      if (this.heads.get(event.stream) === event) this.heads.delete(event.stream);
    }
  }
}
