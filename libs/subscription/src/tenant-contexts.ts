import type { Clock, PolicyRecord, ReadModelTransaction } from '#event-sourcing';
import type { StampedContext } from './customer-fold.js';
import type { PolicyBookLike } from './projector-parts.js';

/** Books kept in memory; beyond it all are read again. */
const KEPT_BOOKS = 1_000;

/** The policies in force of each tenant: the book is kept until it changes, the context is of this moment. */
export class TenantContexts {
  private readonly books = new Map<string, PolicyBookLike>();
  private readonly now = new Map<string, StampedContext>();

  constructor(
    private readonly policyBook: (records: readonly PolicyRecord[]) => PolicyBookLike,
    private readonly clock: Clock,
  ) {}

  /** To be called when a transaction begins: contexts are taken at its time. */
  refresh(): void {
    this.now.clear();
  }

  async of(transaction: ReadModelTransaction, tenant: string): Promise<StampedContext> {
    const known = this.now.get(tenant);
    if (known !== undefined) return known;
    const context = (await this.book(transaction, tenant)).viewAt(this.clock.now());
    this.now.set(tenant, context);
    // A tenant's first states are all made with this stamp: there is nothing to sweep.
    if ((await transaction.stampOf(tenant)) === undefined) await transaction.endSweep(tenant, context.stamp);
    return context;
  }

  /** When the tenant's stamp changes by the passing of time, ms. */
  async nextChange(transaction: ReadModelTransaction, tenant: string): Promise<number | undefined> {
    return (await this.book(transaction, tenant)).nextChangeAfter(this.clock.now());
  }

  /** Whether a book can be made with this record in it. Throws what the book throws. */
  check(record: PolicyRecord): void {
    this.policyBook([record]).viewAt(this.clock.now());
  }

  /** The tenant has published, or a transaction was undone. */
  forget(tenant?: string): void {
    if (tenant === undefined) this.books.clear();
    else this.books.delete(tenant);
    this.now.clear();
  }

  private async book(transaction: ReadModelTransaction, tenant: string): Promise<PolicyBookLike> {
    const kept = this.books.get(tenant);
    if (kept !== undefined) return kept;
    if (this.books.size >= KEPT_BOOKS) this.books.clear();
    const book = this.policyBook(await transaction.policies(tenant));
    this.books.set(tenant, book);
    return book;
  }
}
