import type { Position } from '#event-sourcing';
import type { KnownEvent } from '#event-store';
import type { LedgerEvent } from './ledger-event.js';

type Recent = Pick<LedgerEvent, 'eventId' | 'stream' | 'revision' | 'position' | 'contentHash'>;

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
    let done = 0;
    for (const event of this.waiting) {
      if (event.position > upTo) break;
      done++;
      this.ids.delete(event.eventId);
      if (this.heads.get(event.stream) === event) this.heads.delete(event.stream);
    }
    this.waiting.splice(0, done);
  }
}
