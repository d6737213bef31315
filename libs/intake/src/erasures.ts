import { randomUUID } from 'node:crypto';
import {
  type Clock,
  decodeEvent,
  formatTime,
  LedgerError,
  parseTime,
  type RecordedEvent,
  START,
  storedPosition,
} from '#event-sourcing';
import type { EventStore } from '#event-store';
import type { DeletedCopies, ErasureOrder, ErasureRecord, ErasureStore } from '#privacy';
import type { Intake } from './intake.js';

/** The steps of an erasure, in their order. Each can be done again. */
export const ERASURE_STEPS = ['fence', 'identities', 'record', 'destroy', 'copies', 'finish'] as const;
export type ErasureStep = (typeof ERASURE_STEPS)[number];

export interface ErasuresOptions {
  readonly store: ErasureStore;
  readonly intake: Pick<Intake, 'recordErasure' | 'settled'>;
  readonly clock: Clock;
  /** All identities of the person that a customer is now, the customer included, as the whole log has it. */
  readonly identitiesOf: (tenant: string, customer: string) => Promise<readonly string[]>;
  /** Makes this process forget the keys of customers that are marked as erased. */
  readonly follow: () => Promise<void>;
  /** Resolves when all other processes have learnt of customers marked before. */
  readonly othersKnow: () => Promise<void>;
  /** Deletes what other stores still have of these customers that is not under their own keys. */
  readonly deleteCopies: (tenant: string, customers: readonly string[]) => Promise<DeletedCopies>;
  /** Called before each step; tests stop there. */
  readonly onStep?: (step: ErasureStep) => void;
}

/** Events of a log that are looked at in one step. */
const SEARCHED = 10_000;

/**
 * Erases persons: marks all of their identities as erased (from then on nothing new is taken of them, and nothing is
 * read), records CustomerErased in the stream of each, destroys their keys and aliases, and deletes what other stores
 * have of them. An erasure that was interrupted goes on where it was, by `resume`.
 */
export class Erasures {
  /** One after another: each writes tables anew. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: ErasuresOptions) {}

  /**
   * Erases the person behind a customer id; resolves when it is done. A customer who is erased already is not erased
   * again: the answer is the record of that erasure.
   */
  erase(order: Omit<ErasureOrder, 'id' | 'requestedAt'>): Promise<ErasureRecord> {
    return this.inTurn(async () => {
      const { tenant, customer } = order;
      const { store, clock } = this.options;
      const [earlier] = await store.find([{ tenant, customer }]);
      if (earlier !== undefined) return this.goOn((await store.get(tenant, earlier.erasure))!);
      this.step('fence');
      const begun = { ...order, id: randomUUID(), requestedAt: clock.now() };
      return this.goOn(await store.fence(begun, [customer]));
    });
  }

  /** Brings interrupted erasures to their end. Returns how many there were. */
  resume(): Promise<number> {
    return this.inTurn(async () => {
      const unfinished = await this.options.store.unfinished(100);
      for (const record of unfinished) await this.goOn(record);
      return unfinished.length;
    });
  }

  /**
   * Erases again whom the log says to be erased and the key store does not know: its file may be an older backup. Looks at
   * what was recorded since it last did. Returns how many customers there were.
   */
  reconcile(log: EventStore): Promise<number> {
    return this.inTurn(async () => {
      const { store } = this.options;
      const name = nameOf(log);
      const head = await log.head();
      let found = 0;
      for (let atEnd = false; !atEnd;) {
        const searched = storedPosition(BigInt(await store.searchedTo(name)));
        // Beyond the end: it was noted of a later copy of this log.
        const after = searched > head ? START : searched;
        const page = await log.readAll({ after, limit: SEARCHED, types: ['cx.CustomerErased.v1'] });
        for (const { bytes } of page.events) if (await this.eraseAgain(decodeEvent(bytes))) found += 1;
        await store.noteSearched(name, String(page.scannedTo));
        atEnd = page.atEnd;
      }
      return found;
    });
  }

  /**
   * Notes that every erasure in the log up to its end is known. True once `reconcile` has ended: the key store learns of an
   * erasure before it is recorded.
   */
  async noteSearched(log: EventStore): Promise<void> {
    const head = String(await log.head());
    const name = nameOf(log);
    if ((await this.options.store.searchedTo(name)) !== head)
      await this.options.store.noteSearched(name, head);
  }

  /** False where the key store knows of it. */
  private async eraseAgain(event: RecordedEvent): Promise<boolean> {
    const { tenant, customer = '', publisher: requestedBy, recordedAt, eventId, data } = event;
    const { store, follow } = this.options;
    const [known] = await store.find([{ tenant, customer }]);
    if (known !== undefined) return false;
    const { erasureId = eventId, reason } = data as { erasureId?: string; reason: string };
    const order = { id: erasureId, tenant, customer, reason, requestedBy, requestId: 'recorded' };
    const record = await store.fence({ ...order, requestedAt: parseTime(recordedAt)! }, [customer]);
    await follow();
    await this.destroyed(record);
    return true;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work, work);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async goOn(record: ErasureRecord): Promise<ErasureRecord> {
    if (record.finishedAt !== null) return record;
    return this.destroyed(record.destroyedAt === null ? await this.recorded(record) : record);
  }

  private async destroyed(record: ErasureRecord): Promise<ErasureRecord> {
    const { store, clock, deleteCopies } = this.options;
    const { id, tenant, members } = record;
    this.step('destroy');
    // Also where they are destroyed already: the process may have ended before all bytes were overwritten.
    await store.destroy(id, record.destroyedAt ?? clock.now());
    this.step('copies');
    const customers = members.map(({ customer }) => customer);
    const copies = await deleteCopies(tenant, customers);
    this.step('finish');
    return store.finish(id, clock.now(), copies);
  }

  /** Marks all identities, also those merged while the first were being marked: from then on no merge is taken. */
  private async fence(order: ErasureOrder): Promise<ErasureRecord> {
    const { store, identitiesOf, follow, othersKnow, intake } = this.options;
    for (let marked = 0; ;) {
      const identities = await identitiesOf(order.tenant, order.customer);
      const record = await store.fence(order, identities);
      await follow();
      await othersKnow();
      // What passed the check before this process knew of the mark is in the log now.
      await intake.settled();
      if (record.members.length === marked) return record;
      marked = record.members.length;
    }
  }

  private async recorded(record: ErasureRecord): Promise<ErasureRecord> {
    const { id: erasureId, tenant, requestedBy, requestedAt, reason } = record;
    this.step('identities');
    const fenced = await this.fence(record);
    this.step('record');
    const time = formatTime(requestedAt);
    for (const { customer, keyDigest } of fenced.members) {
      const event = { erasureId, keyDigest, reason, time };
      const answer = await this.options.intake.recordErasure({ tenant, id: requestedBy }, customer, event);
      if (answer.status === 'rejected') throw new LedgerError(answer.problem.code, answer.problem.detail);
    }
    return fenced;
  }

  private step(step: ErasureStep): void {
    this.options.onStep?.(step);
  }
}

/** Positions are of one store in one epoch. */
function nameOf({ storeId, epoch }: EventStore): string {
  return `${storeId} ${epoch}`;
}
