import type { EventStore } from '#event-store';
import type { DeadLetterBox, Intake } from '#intake';
import type { IdempotencyStore } from '#platform';
import type { CachedKeyStore } from '#privacy';
import type { KnownErasures } from './known-erasures.js';

/** Interval at which a server asks the key store who was erased by others, ms. */
export const FOLLOW_MILLIS = 1_000;

/** The parts of the ledger that an erasure concerns. */
export abstract class ErasureParts {
  abstract readonly keys: CachedKeyStore;
  abstract readonly store: EventStore;
  abstract readonly intake: Intake;
  abstract readonly deadLetters: DeadLetterBox;
  abstract readonly idempotency: IdempotencyStore;
  abstract readonly known: KnownErasures;
  /** Whether other servers may use the same keys: they are given time to learn of an erasure. */
  abstract readonly isShared: boolean;
}
