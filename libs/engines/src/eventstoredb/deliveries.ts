import type { Position } from '#event-sourcing';
import type { LedgerEvent } from './ledger-event.js';

/** How long the subscription is waited for, ms; then the stream is read. */
const PATIENCE = 500;

/**
 * Positions of events of which an append's answer does not say them: it has that of the last one only. The subscription that
 * fills the index brings them anyway, so that nothing need be read for them.
 */
export class Deliveries {
  private readonly waiting = new Map<string, (position: Position) => void>();

  /** To be called before the append is sent. */
  expect(eventIds: readonly string[]): Expected {
    const positions = new Map<string, Position>();
    let complete: () => void = () => undefined;
    const all = new Promise<void>((resolve) => (complete = resolve));
    for (const id of eventIds)
      this.waiting.set(id, (position) => {
        if (positions.set(id, position).size === eventIds.length) complete();
      });
    return {
      positions: async () => {
        let timer: NodeJS.Timeout | undefined;
        const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, PATIENCE)));
        await Promise.race([all, late]);
        clearTimeout(timer);
        return positions.size === eventIds.length ? positions : undefined;
      },
      end: () => eventIds.forEach((id) => this.waiting.delete(id)),
    };
  }

  deliver({ eventId, position }: LedgerEvent): void {
    this.waiting.get(eventId)?.(position);
  }
}

export interface Expected {
  /** The positions by id; undefined when they did not come in time. */
  positions(): Promise<ReadonlyMap<string, Position> | undefined>;
  end(): void;
}
