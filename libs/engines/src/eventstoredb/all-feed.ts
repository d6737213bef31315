import {
  type AllStreamRecordedEvent,
  type AllStreamSubscription,
  streamNameFilter,
} from '@eventstore/db-client';
import { type Position, START, StoreFault, storedPosition } from '#event-sourcing';
import { loopTimeout } from '#threads';
import { type EventStoreDbConnection } from './connection.js';
import { DeadlinePassed } from './deadline.js';
import { failureKind } from './failures.js';
import { endOfEverything } from './last-position.js';
import { clientPosition, type LedgerEvent, ledgerEventOf, prefixesOf } from './ledger-event.js';

/** Events that the server scans for one checkpoint. Its default, 32, would be 60,000 notices for two million events. */
const SEARCH_WINDOW = 4_096;
/** Events that may wait here to be taken; then the server waits. */
const READ_AHEAD = 512;

interface Delivered {
  readonly event?: AllStreamRecordedEvent;
}

/** What is known once a given number of events has been taken. */
interface Mark {
  readonly taken: number;
  readonly position?: Position;
}

/**
 * A subscription to the ledger's events from a position on, taken one by one. A checkpoint, and the notice that the end is
 * reached, come while events before them still wait to be taken: they count once those are.
 */
export class AllFeed {
  /** Everything up to here has been taken. */
  scannedTo: Position;
  /** Whether everything that was there at the subscription's start has been taken. */
  caughtUp = false;
  private taken = 0;
  /** What was delivered, and how many of it have been taken. Listening costs less than reading one by one. */
  private delivered: Delivered[] = [];
  private takenOfDelivered = 0;
  private waking: NodeJS.Immediate | undefined;
  private readonly marks: Mark[] = [];
  private failure: Error | undefined;
  private wake: (() => void) | undefined;
  private confirmed = false;
  private readonly subscription: AllStreamSubscription;

  private constructor(
    connection: EventStoreDbConnection,
    private readonly streamPrefix: string,
    after: Position,
  ) {
    this.scannedTo = after;
    const filter = streamNameFilter({
      prefixes: prefixesOf(streamPrefix),
      maxSearchWindow: SEARCH_WINDOW,
      // It must not throw: the subscription would stall without an error.
      checkpointReached: async (_, { commit, prepare }) => {
        if (commit === prepare) this.mark(storedPosition(commit));
      },
    });
    this.subscription = connection.subscriber.subscribeToAll(
      { fromPosition: clientPosition(after), filter },
      { highWaterMark: READ_AHEAD },
    );
    this.subscription.on('confirmation', () => {
      this.confirmed = true;
      this.wake?.();
    });
    this.subscription.on('caughtUp', () => this.mark());
    this.subscription.on('data', (event: Delivered) => {
      if (this.delivered.push(event) === READ_AHEAD) this.subscription.pause();
      // A moment later more events wait, and one wait serves them all.
      this.waking ??= setImmediate(() => {
        this.waking = undefined;
        this.wake?.();
      });
    });
    // A server may end a subscription without an error. `end` would come only behind events for which there is no room.
    for (const end of ['finish', 'close'])
      this.subscription.on(end, () => this.fail(new Error('the subscription ended')));
    this.subscription.on('error', (error) => this.fail(error));
  }

  /**
   * Subscribes behind a position and waits for the server to confirm it. Throws StoreFault `store-reset` when the store ends
   * before the position: the server would accept it and deliver nothing, for ever.
   */
  static async open(connection: EventStoreDbConnection, after: Position): Promise<AllFeed> {
    const { streamPrefix } = connection.address;
    if (after !== START) await refuseReset(connection, after);
    const feed = new AllFeed(connection, streamPrefix, after);
    try {
      await feed.until(() => feed.confirmed, connection.limits.attemptMillis);
      return feed;
    } catch (error) {
      await feed.close();
      throw failureKind(error) === 'invalid-position' ? reset('has no event at', after) : error;
    }
  }

  /** The next event that waits; undefined when none does. Throws what ended the subscription. */
  take(): LedgerEvent | undefined {
    for (;;) {
      this.passMarks();
      const resolved = this.delivered[this.takenOfDelivered];
      if (resolved === undefined) {
        this.delivered = [];
        this.takenOfDelivered = 0;
        if (this.subscription.isPaused()) this.subscription.resume();
        if (this.failure !== undefined) throw this.failure;
        return undefined;
      }
      this.takenOfDelivered++;
      this.taken++;
      const event = ledgerEventOf(resolved.event, this.streamPrefix);
      if (event === undefined) continue;
      this.scannedTo = event.position;
      return event;
    }
  }

  /** Whether an event waits to be taken. */
  get isWaiting(): boolean {
    return this.takenOfDelivered < this.delivered.length;
  }

  /** Waits until an event waits or more is scanned, at most this long, ms. False: nothing came. Throws what ended the subscription. */
  async more(millis: number): Promise<boolean> {
    const { caughtUp, scannedTo } = this;
    const came = this.until(() => {
      this.passMarks();
      return this.isWaiting || this.caughtUp !== caughtUp || this.scannedTo !== scannedTo;
    }, millis);
    return came.then(
      () => true,
      (error: unknown) => {
        if (!(error instanceof DeadlinePassed)) throw error;
        return false;
      },
    );
  }

  async close(): Promise<void> {
    this.failure ??= new StoreFault('store-closed', 'the event store is closed');
    this.wake?.();
    await this.subscription.unsubscribe().catch(() => undefined);
  }

  private mark(position?: Position): void {
    const waiting = this.delivered.length - this.takenOfDelivered + this.subscription.readableLength;
    this.marks.push({ taken: this.taken + waiting, position });
    this.wake?.();
  }

  private passMarks(): void {
    while (this.marks.length > 0 && this.marks[0]!.taken <= this.taken) {
      const { position } = this.marks.shift()!;
      if (position === undefined) this.caughtUp = true;
      else if (position > this.scannedTo) this.scannedTo = position;
    }
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.wake?.();
  }

  private async until(holds: () => boolean, millis: number): Promise<void> {
    let cancel: (() => void) | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const look = () => {
          if (holds()) resolve();
          else if (this.failure !== undefined) reject(this.failure);
        };
        this.wake = look;
        cancel = loopTimeout(millis, () => reject(new DeadlinePassed('subscription', millis)));
        look();
      });
    } finally {
      cancel?.();
      this.wake = undefined;
    }
  }
}

async function refuseReset(connection: EventStoreDbConnection, after: Position): Promise<void> {
  const end = await endOfEverything(connection);
  if (end < after) throw reset(`ends at position ${end}, before`, after);
}

function reset(how: string, after: Position): StoreFault {
  return new StoreFault(
    'store-reset',
    `EventStoreDB ${how} position ${after}, up to which it was read: its data were replaced or restored from an older backup. ` +
      'Restore the newer data, or stop the servers and give the lost events up (cx accept-loss)',
    { after: String(after) },
  );
}
