import type { Position } from '#event-sourcing';
import type { CustomerRef } from '#views';
import type { ProjectorLimits } from './projector-parts.js';

type PortionLimits = Pick<ProjectorLimits, 'portionPersons' | 'fullPortionPersons' | 'fullPortionEvents'>;

/** A range of the log, `after` excluded, whose customers have to be read again. */
interface UnreadEvents {
  readonly after: Position;
  readonly upTo: Position;
}

/** How far the log was read, and whether that was all of it. */
interface LogProgress {
  readonly isAtHead: boolean;
  readonly eventsRead: number;
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
  /** Events that had been read when rows were derived last. */
  private portionAt: number | undefined;

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
  add(customer: CustomerRef): void {
    const key = keyOf(customer);
    if (!this.due.has(key)) this.next.set(key, customer);
  }

  /** The events whose customers are not known yet; to be read and passed to `found`. */
  get toRead(): UnreadEvents | undefined {
    return this.unread;
  }

  /** Adds customers of unread events. `after`: the position from which events are still unread; undefined: none are. */
  found(customers: readonly CustomerRef[], after: Position | undefined): void {
    for (const customer of customers) this.due.set(keyOf(customer), customer);
    this.unread = after === undefined ? undefined : { after, upTo: this.upTo };
  }

  /**
   * Customers in the next portion; 0: wait for more. While further events are already in the log, a portion
   * is derived only once it is full or many events were read since the last, since a large commit writes fewer pages for each
   * row. At the head of the log lists follow at once, in portions that are the larger the more customers are waiting.
   * `eventsRead`: all that were ever read.
   */
  portionSize(limits: PortionLimits, { isAtHead, eventsRead }: LogProgress): number {
    const { portionPersons: least, fullPortionPersons: full, fullPortionEvents } = limits;
    const waiting = this.due.size + this.next.size;
    this.portionAt ??= eventsRead;
    if (!isAtHead && waiting < full && eventsRead - this.portionAt < fullPortionEvents) return 0;
    this.portionAt = eventsRead;
    if (!isAtHead) return full;
    return Math.max(least, Math.min(full, Math.ceil(waiting * SHARE)));
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
    for (const [key, customer] of this.due) {
      if (taken.length === limit) break;
      taken.push(customer);
      this.due.delete(key);
    }
    return taken;
  }

  /** The position of all rows once those taken are committed; undefined: no further than before. */
  reached(checkpoint: Position): Position | undefined {
    if (this.due.size > 0) return undefined;
    return this.next.size === 0 ? checkpoint : this.upTo;
  }
}

function keyOf({ tenant, customer }: CustomerRef): string {
  return `${tenant} ${customer}`;
}
