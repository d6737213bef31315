import type { Position } from './position.js';

/** Something that could not be projected. The rest goes on; a retry mends it once its cause is gone. */
export interface ParkedRecord {
  readonly tenant: string;
  /** Empty when not even the customer could be read from the event. */
  readonly customer: string;
  /**
   * Null: the event itself could not be read, and nothing beyond it is folded of this customer. `*`: it cannot be
   * folded, with the same effect. Else the derived table whose rows of this person could not be derived.
   */
  readonly view: string | null;
  /** Of the event; of the last event known where rows could not be derived. */
  readonly position: Position;
  readonly eventId: string | null;
  readonly reason: string;
  /** RFC 3339. */
  readonly since: string;
}
