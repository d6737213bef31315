import type { PolicyRecord, Position } from '#event-sourcing';
import { PolicyBook } from '#scoring';

/** Tenants whose books are kept; beyond it the one used longest ago goes. */
const KEPT = 1_000;

interface Kept {
  readonly records: number;
  readonly last: string | undefined;
  readonly book: PolicyBook;
}

/** The policy books of tenants, made anew only when a tenant has published. */
export class PolicyBooks {
  private readonly kept = new Map<string, Kept>();

  /** The book of these records, in recording order; of those recorded up to `at` where it is given. */
  of(tenant: string, records: readonly PolicyRecord[], at: Position | undefined): PolicyBook {
    const known = at === undefined ? records : records.filter(({ position }) => position <= at);
    if (known.length !== records.length) return PolicyBook.of(known);
    const last = records.at(-1)?.eventId;
    const kept = this.kept.get(tenant);
    this.kept.delete(tenant);
    const current =
      kept?.records === records.length && kept.last === last
        ? kept
        : { records: records.length, last, book: PolicyBook.of(records) };
    this.kept.set(tenant, current);
    if (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value!);
    return current.book;
  }
}
