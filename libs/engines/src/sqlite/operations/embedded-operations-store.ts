import { type Position, storedPosition } from '#event-sourcing';
import {
  DeadLetterStore,
  DeadLetterOutbox,
  type ImportRecords,
  type DeadLetter,
  type NewDeadLetter,
  type RetryOutcome,
  type UnpublishedLetter,
} from '#intake';
import { type LogIdentity, RelayPositions } from '#event-store';
import type { IdempotencyOwner, StoredAnswer, IdempotencyStore } from '#platform';
import { EmbeddedImportRecords } from './embedded-import-records.js';
import type { DeadLetterQuery } from './operations-tables.js';
import type { OperationsMethods } from './operations-methods.js';
import type { StoreCalls } from '../side-thread.js';

/** Dead letters, relay positions and kept answers, in `operations.sqlite` and the side thread. */
export class EmbeddedOperationsStore {
  readonly deadLetters: DeadLetterStore;
  readonly deadLetterOutbox: DeadLetterOutbox;
  readonly idempotency: IdempotencyStore;
  readonly importRecords: ImportRecords;

  constructor(private readonly thread: StoreCalls<OperationsMethods>) {
    this.deadLetters = new EmbeddedDeadLetters(thread);
    this.deadLetterOutbox = new EmbeddedDeadLetterOutbox(thread);
    this.idempotency = new EmbeddedIdempotencyStore(thread);
    this.importRecords = new EmbeddedImportRecords(thread);
  }

  /** The relays' positions in one log. */
  relayPositionsOf({ storeId, epoch }: LogIdentity): RelayPositions {
    return new EmbeddedRelayPositions(this.thread, { storeId, epoch });
  }

  close(): Promise<void> {
    return this.thread.close();
  }
}

class EmbeddedDeadLetters extends DeadLetterStore {
  constructor(private readonly thread: StoreCalls<OperationsMethods>) {
    super();
  }

  add(letters: readonly NewDeadLetter[]): Promise<void> {
    return this.thread.call('add', letters);
  }

  list(query: DeadLetterQuery): Promise<readonly DeadLetter[]> {
    return this.thread.call('list', query);
  }

  get(tenant: string, id: string): Promise<DeadLetter | undefined> {
    return this.thread.call('get', { tenant, id });
  }

  due(now: number, limit: number): Promise<readonly DeadLetter[]> {
    return this.thread.call('due', { now, limit });
  }

  retried(outcomes: readonly RetryOutcome[]): Promise<void> {
    return this.thread.call('retried', outcomes);
  }

  delete(tenant: string, id: string): Promise<boolean> {
    return this.thread.call('delete', { tenant, id });
  }

  deleteForGood(tenant: string, ids: readonly string[]): Promise<void> {
    return this.thread.call('deleteForGood', { tenant, ids });
  }

  count(tenant: string): Promise<{ readonly waiting: number; readonly recorded: number }> {
    return this.thread.call('count', tenant);
  }
}

class EmbeddedDeadLetterOutbox extends DeadLetterOutbox {
  constructor(private readonly thread: StoreCalls<OperationsMethods>) {
    super();
  }

  first(limit: number): Promise<readonly UnpublishedLetter[]> {
    return this.thread.call('unpublishedLetters', limit);
  }

  markPublished(upTo: number): Promise<void> {
    return this.thread.call('markPublished', upTo);
  }
}

class EmbeddedRelayPositions extends RelayPositions {
  constructor(
    private readonly thread: StoreCalls<OperationsMethods>,
    private readonly log: LogIdentity,
  ) {
    super();
  }

  async get(relay: string): Promise<Position> {
    return storedPosition(BigInt(await this.thread.call('relayPosition', { relay, ...this.log })));
  }

  set(relay: string, position: Position): Promise<void> {
    const named = { relay, ...this.log };
    return this.thread.call('setRelayPosition', { relay: named, position: String(position) });
  }
}

class EmbeddedIdempotencyStore implements IdempotencyStore {
  constructor(private readonly thread: StoreCalls<OperationsMethods>) {}

  find(owner: IdempotencyOwner): Promise<StoredAnswer | undefined> {
    return this.thread.call('findAnswer', owner);
  }

  keep(owner: IdempotencyOwner, answer: StoredAnswer): Promise<void> {
    return this.thread.call('keepAnswer', { owner, answer });
  }

  forgetBefore(at: number): Promise<void> {
    return this.thread.call('forgetAnswersBefore', at);
  }

  forgetTenant(tenant: string): Promise<number> {
    return this.thread.call('forgetAnswersOf', tenant);
  }
}
