import type { Position } from '#event-sourcing';
import type { CustomerRef } from '#views';
import type { ProjectorLimits } from './projector-parts.js';

type PortionLimits = Pick<ProjectorLimits, 'portionPersons' | 'fullPortionPersons'>;

/** A part of the log whose customers are to be found again, behind `after`. */
interface UnreadEvents {
  readonly after: Position;
  readonly upTo: Position;
}

/** At the head of the log a portion is this share of the waiting customers, within the limits of its size. */
const SHARE = 0.1;

/**
 * Customers whose facts are in the timelines while their rows are not derived yet. They are derived in generations: those
 * of events up to a position first, so that the rows always come to that position, however many events follow.
 */
export class PendingTables {
  private due = new Map<string, CustomerRef>();
  private next = new Map<string, CustomerRef>();

  private constructor(
    private upTo: Position,
    private unread: UnreadEvents | undefined,
  ) {}

  /** All rows are derived up to this position. */
  static at(tablesAt: Position): PendingTables {
    return new PendingTables(tablesAt, undefined);
  }

  /** Nobody knows any more whose events lie between: they are to be read again. */
  static between(tablesAt: Position, checkpoint: Position): PendingTables {
    return new PendingTables(checkpoint, { after: tablesAt, upTo: checkpoint });
  }

  /** Facts of a customer were stored. */
  add(customer: CustomerRef): void {
    const key = keyOf(customer);
    if (!this.due.has(key)) this.next.set(key, customer);
  }

  /** Events whose customers are to be added by `found`. */
  get toRead(): UnreadEvents | undefined {
    return this.unread;
  }

  /** Customers of unread events; `after`: where the others begin, undefined where there are none. */
  found(customers: readonly CustomerRef[], after: Position | undefined): void {
    for (const customer of customers) this.due.set(keyOf(customer), customer);
    this.unread = after === undefined ? undefined : { after, upTo: this.upTo };
  }

  /**
   * How many customers the next portion has; 0: it waits for more. While further events are already in the log, a portion
   * is derived only once it is full, since a large commit writes fewer pages for each row. At the head of the log lists follow
   * at once, in portions that are the larger the more customers are waiting.
   */
  portionSize({ portionPersons: least, fullPortionPersons: full }: PortionLimits, isAtHead: boolean): number {
    const waiting = this.due.size + this.next.size;
    if (!isAtHead) return waiting < full ? 0 : full;
    return Math.max(least, Math.min(full, Math.ceil(waiting * SHARE)));
  }

  /** Customers of the oldest generation; once that is done, of the one up to the checkpoint. */
  take(limit: number, checkpoint: Position): readonly CustomerRef[] {
    if (this.due.size === 0) {
      [this.due, this.next, this.upTo] = [this.next, new Map(), checkpoint];
    }
    const taken: CustomerRef[] = [];
    for (const customer of this.due.values()) {
      if (taken.length === limit) break;
      taken.push(customer);
    }
    return taken;
  }

  /** How far all rows are once these customers, taken last, are done; undefined: no further than before. */
  reachedWith(taken: readonly CustomerRef[], checkpoint: Position): Position | undefined {
    if (taken.length < this.due.size) return undefined;
    return this.next.size === 0 ? checkpoint : this.upTo;
  }

  /** The rows of these customers are stored. */
  done(customers: readonly CustomerRef[]): void {
    for (const customer of customers) this.due.delete(keyOf(customer));
  }
}

function keyOf({ tenant, customer }: CustomerRef): string {
  return `${tenant} ${customer}`;
}
