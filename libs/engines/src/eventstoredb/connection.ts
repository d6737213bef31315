import {
  type AppendResult,
  BACKWARDS,
  END,
  type EventData,
  type EventStoreDBClient,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { StoreFault } from '#event-sourcing';
import { Backoff, loopTimeout } from '#threads';
import { clientOf } from './client-of.js';
import { type EventStoreDbAddress, parseConnectionString } from './connection-string.js';
import { DeadlinePassed, pause, withDeadline } from './deadline.js';
import { failureKind, faultOf, unavailable } from './failures.js';
import { Semaphore } from './semaphore.js';

export interface ConnectionLimits {
  /** The longest that one attempt of a call may take, ms: the client has no deadline of its own for most calls. */
  readonly attemptMillis: number;
  /** How long a call is tried again, ms. */
  readonly callMillis: number;
}

const LIMITS: ConnectionLimits = { attemptMillis: 5_000, callMillis: 15_000 };

/** Reads at a time. With the subscriptions and the append stream far fewer than the 100 HTTP/2 streams of a connection. */
const READS = 48;
/** How long a probe of the server may take, ms. */
const PROBE_MILLIS = 2_000;
/** How long open calls are waited for at the end, ms: the client's own dispose may never return. */
const DISPOSE_MILLIS = 2_000;

/** A read or subscription of the client, as far as it is used here. */
export interface EventSource<E> {
  on(event: 'data', listener: (event: E) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  cancel(): Promise<void>;
}

/**
 * The one client of a thread, with deadlines and retries around every call. All appends of a client share one stream and
 * one table of promises, so a thread must never have two of them.
 */
export class EventStoreDbConnection {
  readonly address: EventStoreDbAddress;
  private client: EventStoreDBClient;
  private readonly reads = new Semaphore(READS);
  private readonly closing = new AbortController();
  /** Refuses another store than the one that was opened; asked after a failure, before anything is appended. */
  private check: (() => Promise<void>) | undefined;
  private isWatched: () => boolean = () => true;
  private checking: Promise<void> | undefined;
  private suspect = false;
  /** When the server answered last. */
  private heardAt = 0;
  /** Connections that were given up. */
  private renewals = 0;
  private renewing: Promise<void> | undefined;
  /** The client that has learnt what the server can do. */
  private featuresOf: EventStoreDBClient | undefined;

  constructor(
    connectionString: string,
    readonly limits: ConnectionLimits = LIMITS,
  ) {
    this.address = parseConnectionString(connectionString);
    this.client = clientOf(this.address, 0);
  }

  /** Aborted when the connection is closed. */
  get closed(): AbortSignal {
    return this.closing.signal;
  }

  /**
   * From now on `check` is to throw where the server has other data than before. Where `isWatched` is false nobody would
   * notice that the connection is lost between two appends: then it is asked before each.
   */
  watchIdentity(check: () => Promise<void>, isWatched = this.isWatched): void {
    this.check = check;
    this.isWatched = isWatched;
  }

  /** The connection was lost: behind it there may be another server, or the same one with other data. */
  doubt(): void {
    this.suspect = true;
  }

  /** Throws what `check` throws; asks only when there is a doubt. */
  async checkIdentity(): Promise<void> {
    if (this.check === undefined || !this.suspect) return;
    this.checking ??= this.check().finally(() => (this.checking = undefined));
    await this.checking;
    this.suspect = !this.isWatched();
  }

  /** The client, for subscriptions. */
  get subscriber(): EventStoreDBClient {
    return this.client;
  }

  /**
   * Appends to one stream at an exact revision, again with the same ids and the same revision while the outcome is unknown:
   * only then does the server recognise a repeat. Throws WrongExpectedVersionError, StoreFault.
   */
  append(stream: string, events: EventData[], expected: bigint | 'no_stream'): Promise<AppendResult> {
    const options = { expectedRevision: expected };
    return this.retried(`append to ${stream}`, () =>
      this.isChecked
        ? this.client.appendToStream(stream, events, options)
        : this.checked().then(() => this.client.appendToStream(stream, events, options)),
    );
  }

  /** Whether nothing is to be asked before the next append: the client knows what the server can do, and no doubt is left. */
  private get isChecked(): boolean {
    return this.featuresOf === this.client && !this.suspect;
  }

  private async checked(): Promise<void> {
    await this.checkFeatures();
    await this.checkIdentity();
  }

  /** All events of a bounded read; read to the end, or cancelled when it takes too long. Throws what the client throws. */
  read<E extends ResolvedEvent>(
    what: string,
    begin: (client: EventStoreDBClient) => EventSource<E>,
  ): Promise<E[]> {
    return this.reads.run(() => this.retried(what, () => this.drained(begin)));
  }

  /** One attempt, without a retry: whether the server answers now. Throws StoreFault. */
  async probe(): Promise<void> {
    const lastEvent = (client: EventStoreDBClient) =>
      client.readAll({ fromPosition: END, direction: BACKWARDS, maxCount: 1 });
    try {
      await this.heard('probe', PROBE_MILLIS, () => this.drained(lastEvent));
    } catch (error) {
      throw unavailable('answer', error);
    }
  }

  /** Refuses further attempts and ends what is open. */
  async close(): Promise<void> {
    this.closing.abort();
    await dispose(this.client);
  }

  private async retried<T>(what: string, attempt: () => Promise<T>): Promise<T> {
    const { attemptMillis, callMillis } = this.limits;
    const begun = performance.now();
    const backoff = new Backoff(20, 1_000);
    for (;;) {
      if (this.closed.aborted) throw new StoreFault('store-closed', 'the event store is closed');
      try {
        return await this.heard(what, attemptMillis, attempt);
      } catch (error) {
        const kind = failureKind(error);
        if (kind === 'conflict' || kind === 'not-found' || kind === 'invalid-position') throw error;
        if (kind !== 'retry') throw faultOf(kind, what, error);
        this.doubt();
        const wait = backoff.next();
        if (performance.now() - begun + wait > callMillis) throw unavailable(what, error);
        await pause(wait, this.closed);
      }
    }
  }

  /**
   * One attempt. Where nothing at all was heard until its deadline, the connection is given up: of a half-open one nobody
   * tells, and the client's own pings find it only after twice ten seconds.
   */
  private async heard<T>(what: string, millis: number, attempt: () => Promise<T>): Promise<T> {
    if (this.renewing !== undefined) await this.renewing;
    const { client } = this;
    const begun = performance.now();
    try {
      const answer = await withDeadline(what, millis, attempt());
      this.heardAt = performance.now();
      return answer;
    } catch (error) {
      if (!(error instanceof DeadlinePassed)) this.heardAt = performance.now();
      else if (this.heardAt < begun && client === this.client) await this.renew();
      throw error;
    }
  }

  /** The old client first ends all its calls: appends of both would be in one table, and its failure would reject all. */
  private renew(): Promise<void> {
    return (this.renewing ??= dispose(this.client).then(() => {
      this.client = clientOf(this.address, ++this.renewals);
      this.renewing = undefined;
    }));
  }

  private async drained<E>(begin: (client: EventStoreDBClient) => EventSource<E>): Promise<E[]> {
    const { client } = this;
    const source = begin(client);
    const events: E[] = [];
    let cancel: (() => void) | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        source.on('data', (event) => events.push(event));
        source.on('error', reject);
        // The client ends what it gives up as if nothing more were there.
        source.on('end', () =>
          client === this.client && this.renewing === undefined && !this.closed.aborted
            ? resolve()
            : reject(new Error('the connection was given up')),
        );
        const { attemptMillis } = this.limits;
        cancel = loopTimeout(attemptMillis, () => reject(new DeadlinePassed('read', attemptMillis)));
      });
      return events;
    } catch (error) {
      // An unfinished read would keep its HTTP/2 stream for good.
      if (error instanceof DeadlinePassed) await source.cancel();
      throw error;
    } finally {
      cancel?.();
    }
  }

  /**
   * The client keeps what the server can do, and keeps a failure to learn it too: some failures for ever. Then only
   * another client helps.
   */
  private async checkFeatures(): Promise<void> {
    const { client } = this;
    try {
      await (Reflect.get(client, 'capabilities') as Promise<unknown>);
      this.featuresOf = client;
    } catch (error) {
      if (client === this.client && !isForgotten(error)) {
        this.client = clientOf(this.address, this.renewals);
        void dispose(client);
      }
      throw error;
    }
  }
}

const UNAVAILABLE = 14;

/** The client forgets an attempt to connect that failed, and nothing else. */
function isForgotten(error: unknown): boolean {
  return (error as { readonly code?: number }).code === UNAVAILABLE;
}

async function dispose(client: EventStoreDBClient): Promise<void> {
  await withDeadline('dispose', DISPOSE_MILLIS, client.dispose()).catch(() => undefined);
}
