import type { Position } from '#event-sourcing';
import type { EventStore } from './event-store.js';

/** Of which log positions are: that of a store, in one of its epochs. */
export type LogIdentity = Pick<EventStore, 'storeId' | 'epoch'>;

/**
 * How far each relay has come in one log: everything up to its position was acknowledged by the receiver. Positions of
 * another store or epoch mean other events, so each log has positions of its own, beginning with `START`.
 */
export abstract class RelayPositions {
  abstract get(relay: string): Promise<Position>;
  abstract set(relay: string, position: Position): Promise<void>;
}
