import { storedPosition, streamName } from '#event-sourcing';
import type { EventReader } from '#event-store';
import { AlertBook } from '#views';

/** Tenants whose books are kept; beyond it the one used longest ago goes. */
const KEPT = 1_000;
const PAGE = 1_000;

/** The alerts of tenants, folded from their streams as far as those go. */
export class AlertBooks {
  private readonly books = new Map<string, AlertBook>();
  private readonly running = new Map<string, Promise<AlertBook>>();

  constructor(private readonly events: Pick<EventReader, 'readStream'>) {}

  /** The book of a tenant up to the end of its stream. */
  of(tenant: string): Promise<AlertBook> {
    const before = this.running.get(tenant) ?? Promise.resolve();
    const next = before.catch(() => undefined).then(() => this.read(tenant));
    this.running.set(tenant, next);
    const forget = () => {
      if (this.running.get(tenant) === next) this.running.delete(tenant);
    };
    next.then(forget, forget);
    return next;
  }

  private async read(tenant: string): Promise<AlertBook> {
    const book = this.books.get(tenant) ?? new AlertBook(tenant);
    this.books.delete(tenant);
    const stream = streamName({ tenant });
    for (;;) {
      const page = await this.events.readStream(stream, book.revision + 1, PAGE);
      for (const { revision, position, bytes } of page) {
        book.fold({ revision, position: storedPosition(position), bytes });
      }
      if (page.length < PAGE) break;
    }
    this.books.set(tenant, book);
    if (this.books.size > KEPT) this.books.delete(this.books.keys().next().value!);
    return book;
  }
}
