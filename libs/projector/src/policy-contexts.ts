import type { Clock } from '#event-sourcing';
import { anotherFold, PolicyBook, type ViewContext } from '#scoring';
import { presentTime } from '#views';
import type { TenantPolicy } from './incoming.js';
import { Lru } from './lru.js';
import type { StoredState } from './read-model.js';

/** Tenants whose books are kept. */
const KEPT = 1_000;

/** The policies in force of each tenant; a book is kept until its tenant publishes. */
export class PolicyContexts {
  private readonly books = new Lru<string, PolicyBook>(KEPT);
  private last: { readonly book: PolicyBook; readonly context: ViewContext } | undefined;

  constructor(
    private readonly stored: StoredState,
    private readonly clock: Clock,
  ) {}

  /** The book of a tenant, with policies that are not stored yet. */
  async bookOf(tenant: string, incoming: readonly TenantPolicy[] = []): Promise<PolicyBook> {
    const kept = incoming.length === 0 ? this.books.get(tenant) : undefined;
    if (kept !== undefined) return kept;
    const stored = (await this.stored.tenant(tenant))?.policies ?? [];
    const known = new Set(stored.map(({ eventId }) => eventId));
    const book = PolicyBook.of([...stored, ...incoming.filter(({ eventId }) => !known.has(eventId))]);
    this.books.set(tenant, book);
    return book;
  }

  /** What rows of a person are derived by now, whose last fact is at `lastAt`. */
  contextOf(book: PolicyBook, lastAt: number | undefined): ViewContext {
    const asOf = presentTime(this.clock.now(), lastAt);
    // Most persons of a page are derived by the same policies as of the same minute.
    if (this.last?.book !== book || this.last.context.asOf !== asOf)
      this.last = { book, context: book.viewAt(asOf) };
    return anotherFold(this.last.context);
  }

  /** Whether a book can be made with this record in it. Throws what the book throws. */
  check(record: TenantPolicy): void {
    PolicyBook.of([record]).viewAt(this.clock.now());
  }

  forget(): void {
    this.books.clear();
  }
}
