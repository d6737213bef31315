import { Overloaded, type Position } from '#event-sourcing';
import type { StoredEvent } from '#event-store';
import type { Message } from 'kafkajs';
import type { MessagingLog } from './kafka-client.js';
import {
  type Changed,
  changedCustomers,
  messageKey,
  noViewsMessage,
  viewsMessage,
} from './outgoing-messages.js';
import type { RelayContent } from './relay.js';

export interface ChangedViewsOptions {
  /** The customer's views now, JSON. Throws Overloaded when too much is asked at the moment. */
  readonly viewsOf: (changed: Changed) => Promise<string>;
  /** How far the views are. */
  readonly foldedTo: () => Promise<Position>;
  readonly log: MessagingLog;
}

/** A customer whose views could not be had yet. */
interface Owed {
  readonly changed: Changed;
  readonly attempts: number;
}

/** Customers whose views are asked for at the same time; each may be megabytes. */
const AT_ONCE = 8;
/** From this many failing customers on, the fault is not theirs: the relay waits. */
const MOST_OWED = 100;
/** Attempts at one customer while nothing else is to be sent, a second apart; then a message says that there are none. */
const MOST_ATTEMPTS = 10;

/**
 * What `cx.views` is sent: the views of every customer whose events the log names. A customer whose views cannot be had
 * holds up no other: it is tried again with every page, and until it is done the relay's position stays before it.
 */
export class ChangedViews implements RelayContent {
  private readonly owed = new Map<string, Owed>();
  /** Of these a message was made, which is not acknowledged yet. */
  private readonly done = new Set<string>();

  constructor(private readonly options: ChangedViewsOptions) {}

  limit(): Promise<Position> {
    return this.options.foldedTo();
  }

  insteadOf({ key }: Message): Message {
    return noViewsMessage(String(key), 'views-too-large');
  }

  async *messagesOf(events: readonly StoredEvent[]): AsyncGenerator<readonly Message[]> {
    this.done.clear();
    const idle = events.length === 0;
    const customers = new Map([...this.owed].map(([key, { changed }]) => [key, changed]));
    for (const changed of changedCustomers(events)) customers.set(keyOf(changed), changed);
    const waiting = [...customers.values()];
    for (let from = 0; from < waiting.length; from += AT_ONCE) {
      const some = waiting.slice(from, from + AT_ONCE);
      yield (await Promise.all(some.map((changed) => this.messageOf(changed, idle)))).flat();
    }
  }

  settle(): boolean {
    for (const key of this.done) this.owed.delete(key);
    return this.owed.size === 0;
  }

  private async messageOf(changed: Changed, idle: boolean): Promise<readonly Message[]> {
    const key = keyOf(changed);
    try {
      const message = viewsMessage(changed, await this.options.viewsOf(changed));
      this.done.add(key);
      return [message];
    } catch (error) {
      if (error instanceof Overloaded) throw error;
      const attempts = (this.owed.get(key)?.attempts ?? 0) + (idle ? 1 : 0);
      if (attempts < MOST_ATTEMPTS) {
        this.owe(key, { changed, attempts }, error as Error);
        return [];
      }
      this.done.add(key);
      this.options.log.warn('views of a customer are not sent: they cannot be had', {
        tenant: changed.tenant,
      });
      return [noViewsMessage(key, 'views-unavailable')];
    }
  }

  /** Throws when more changes wait than any working topic would let wait. */
  private owe(key: string, owed: Owed, { name }: Error): void {
    this.owed.set(key, owed);
    if (this.owed.size > MOST_OWED)
      throw new Error(`the views of ${this.owed.size} customers fail (${name})`);
  }
}

function keyOf({ tenant, customer }: Changed): string {
  return messageKey(tenant, customer);
}
