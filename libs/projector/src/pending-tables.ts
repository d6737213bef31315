import type { Position } from '#event-sourcing';
import type { CustomerRecord, CustomerRef } from '#views';
import type { ProjectorLimits } from './projector-parts.js';

type PortionLimits = Pick<ProjectorLimits, 'portionPersons' | 'fullPortionPersons'>;

/** A range of the log, `after` excluded, whose customers have to be read again. */
interface UnreadEvents {
  readonly after: Position;
  readonly upTo: Position;
}

/** A portion is this share of the waiting customers, within the limits of its size. */
const SHARE = 0.1;

/**
 * Customers whose facts are in the timelines while their rows are not derived yet. They are derived in generations: those
 * of events up to a position first, so that the rows always come to that position, however many events follow.
 */
export class PendingTables {
  /** By number. */
  private due = new Map<number, CustomerRef>();
  private next = new Map<number, CustomerRef>();

  private constructor(
    private upTo: Position,
    private unread: UnreadEvents | undefined,
  ) {}

  /** All rows are derived up to this position. */
  static at(tablesAt: Position): PendingTables {
    return new PendingTables(tablesAt, undefined);
  }

  /** After a restart: the customers of the events between have to be read from the log again. */
  static between(tablesAt: Position, checkpoint: Position): PendingTables {
    return new PendingTables(checkpoint, { after: tablesAt, upTo: checkpoint });
  }

  /** Facts of a customer were stored, its rows were not. */
  add(tenant: string, { number, name }: CustomerRecord): void {
    if (!this.due.has(number)) this.next.set(number, { tenant, customer: name });
  }

  /** The events whose customers are not known yet; to be read and passed to `found`. */
  get toRead(): UnreadEvents | undefined {
    return this.unread;
  }

  /** Adds customers of unread events. `after`: the position from which events are still unread; undefined: none are. */
  found(
    customers: readonly { readonly tenant: string; readonly record: CustomerRecord }[],
    after: Position | undefined,
  ): void {
    for (const { tenant, record } of customers)
      this.due.set(record.number, { tenant, customer: record.name });
    this.unread = after === undefined ? undefined : { after, upTo: this.upTo };
  }

  /**
   * Customers in the next portion, the more the more are waiting: rows of many share the cost of a commit, so that lists are
   * not left behind while events keep coming.
   */
  portionSize({ portionPersons, fullPortionPersons }: PortionLimits): number {
    const share = Math.ceil((this.due.size + this.next.size) * SHARE);
    return Math.max(portionPersons, Math.min(fullPortionPersons, share));
  }

  /**
   * Removes customers of the oldest generation, or once that is empty of the one up to the checkpoint. If their rows cannot be
   * committed, all that is pending is forgotten and read from the log again.
   */
  take(limit: number, checkpoint: Position): readonly CustomerRef[] {
    if (this.due.size === 0) {
      [this.due, this.next, this.upTo] = [this.next, new Map(), checkpoint];
    }
    const taken: CustomerRef[] = [];
    for (const [number, customer] of this.due) {
      if (taken.length === limit) break;
      taken.push(customer);
      this.due.delete(number);
    }
    return taken;
  }

  /** The position of all rows once those taken are committed; undefined: no further than before. */
  reached(checkpoint: Position): Position | undefined {
    if (this.due.size > 0) return undefined;
    return this.next.size === 0 ? checkpoint : this.upTo;
  }
}
