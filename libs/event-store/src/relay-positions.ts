import type { Position } from '#event-sourcing';
import type { EventStore } from './event-store.js';

/** Of which log positions are: that of a store, in one of its epochs. */
export type LogIdentity = Pick<EventStore, 'storeId' | 'epoch'>;

/** Offsets behind the last record of each partition of a topic. */
export type PartitionEnds = ReadonlyMap<number, bigint>;

/**
 * How far each relay has come in one log: everything up to its position was acknowledged by the receiver. Positions of
 * another store or epoch mean other events, so each log has positions of its own, beginning with `START`.
 */
export abstract class RelayPositions {
  /** Whether `ends` are kept: others may ask how far the topic goes. */
  readonly keepsEnds: boolean = false;

  abstract get(relay: string): Promise<Position>;
  /**
   * `ends`: everything up to the position is in front of them; those who read the topic learn from them how far they are.
   * Throws LedgerError `relay-taken-over` where another server has taken the relay over.
   */
  abstract set(relay: string, position: Position, ends?: PartitionEnds): Promise<void>;

  /**
   * Whether this server is the one of several that may send: asked every few seconds, and taken over by another one when it
   * was not. Where positions are of one process only it always may.
   */
  hold(_relay: string): Promise<boolean> {
    return Promise.resolve(true);
  }

  /** Another server may begin at once. */
  release(_relay: string): Promise<void> {
    return Promise.resolve();
  }
}
