import type { LogIdentity, RelayPositions } from '#event-store';
import type { DeadLetterOutbox, DeadLetterStore, ImportRecords } from '#intake';
import type { IdempotencyStore } from '#platform';

/** The stores that operators see, as every engine opens them together. */
export interface OperationsStore {
  readonly deadLetters: DeadLetterStore;
  readonly deadLetterOutbox: DeadLetterOutbox;
  readonly idempotency: IdempotencyStore;
  readonly importRecords: ImportRecords;
  /** The relays' positions in one log. */
  relayPositionsOf(log: LogIdentity): RelayPositions;
  close(): Promise<void>;
}
