import { BACKWARDS, END, StreamNotFoundError } from '@eventstore/db-client';
import { type Position, START, StoreFault } from '#event-sourcing';
import {
  type EventIndexReader,
  EventReader,
  type ExpectedRevision,
  type ReadAllOptions,
  type ReadPage,
  type StoredEvent,
} from '#event-store';
import { Backoff } from '#threads';
import { AllFeed } from './all-feed.js';
import { EventStoreDbConnection } from './connection.js';
import { pause } from './deadline.js';
import { unavailable } from './failures.js';
import { eventAt, eventsBehind, lastPosition } from './last-position.js';
import { type LedgerEvent, ledgerEventOf, storedOf } from './ledger-event.js';

/**
 * Reads the events of a ledger on an EventStoreDB. Whoever reads on from where the last page ended is served by one
 * subscription that stays open. Positions are byte offsets: numbers of events and times come from the index, as far as
 * it is filled.
 */
export class EventStoreDbReader extends EventReader {
  private feed: AllFeed | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly connection: EventStoreDbConnection,
    private readonly index: EventIndexReader,
  ) {
    super();
  }

  readAll(options: ReadAllOptions): Promise<ReadPage> {
    const page = this.turn.then(() => this.page(options));
    this.turn = page.catch(() => undefined);
    return page;
  }

  async readStream(stream: string, from: number, limit: number): Promise<readonly StoredEvent[]> {
    return (await this.readLedgerStream(stream, from, limit)).map(storedOf);
  }

  /** The same with what the index keeps of each event. */
  async readLedgerStream(stream: string, from: number, limit: number): Promise<LedgerEvent[]> {
    const { streamPrefix } = this.connection.address;
    const read = await this.ifFound(`read ${stream}`, stream, {
      fromRevision: BigInt(from),
      maxCount: limit,
    });
    return read.map(({ event }) => ledgerEventOf(event, streamPrefix)).filter((event) => event !== undefined);
  }

  async streamHead(stream: string): Promise<ExpectedRevision> {
    const last = { fromRevision: END, direction: BACKWARDS, maxCount: 1 } as const;
    const [read] = await this.ifFound(`read the end of ${stream}`, stream, last);
    return read?.event === undefined ? 'no-stream' : Number(read.event.revision);
  }

  async readAt(position: Position): Promise<StoredEvent | undefined> {
    if (position <= START) return undefined;
    const event = await eventAt(this.connection, position);
    return event && storedOf(event);
  }

  /** Where other programs have written much since, the ledger's last event is the last that is known. */
  async head(): Promise<Position> {
    const indexed = await this.index.head();
    const scanned = this.feed?.scannedTo ?? START;
    return lastPosition(this.connection, scanned > indexed ? scanned : indexed);
  }

  /** At least one where there is any: what is not in the index yet is not counted. */
  async distance(from: Position, to: Position): Promise<number> {
    return to <= from ? 0 : Math.max(1, await this.index.distance(from, to));
  }

  /** What the index does not have yet is looked at in the store. */
  async positionAt(recordedAt: number): Promise<Position> {
    const indexed = await this.index.head();
    const known = await this.index.positionAt(recordedAt);
    if (known < indexed) return known;
    const behind = await eventsBehind(this.connection, known);
    const later = behind.findIndex((event) => event.recordedAt > recordedAt);
    const last = (later === -1 ? behind : behind.slice(0, later)).at(-1);
    return last?.position ?? known;
  }

  async close(): Promise<void> {
    await this.feed?.close();
    await this.index.close();
    await this.connection.close();
  }

  /** Tries again behind what was taken, whatever ended the subscription, until there is something or time is up. */
  private async page(options: ReadAllOptions): Promise<ReadPage> {
    const { attemptMillis, callMillis } = this.connection.limits;
    const end = performance.now() + callMillis;
    const backoff = new Backoff(20, 500);
    for (;;) {
      try {
        const feed = await this.feedBehind(options.after);
        return await this.fill(feed, options, Math.min(end, performance.now() + attemptMillis));
      } catch (error) {
        await this.feed?.close();
        this.feed = undefined;
        if (error instanceof StoreFault) throw error;
        const wait = backoff.next();
        if (performance.now() + wait > end) throw unavailable('deliver events', error);
        await pause(wait, this.connection.closed);
      }
    }
  }

  private async feedBehind(after: Position): Promise<AllFeed> {
    if (this.feed?.scannedTo === after) return this.feed;
    await this.feed?.close();
    this.feed = undefined;
    this.feed = await AllFeed.open(this.connection, after);
    return this.feed;
  }

  /** Takes events until the page is full or the end is reached. A page that is interrupted returns what it has. */
  private async fill(feed: AllFeed, { after, limit, types }: ReadAllOptions, end: number): Promise<ReadPage> {
    const events: StoredEvent[] = [];
    const page = (atEnd: boolean) => ({ events, scannedTo: feed.scannedTo, atEnd });
    try {
      for (;;) {
        const event = feed.take();
        if (event === undefined) {
          if (await this.isAtEnd(feed)) return page(true);
          if (performance.now() >= end) throw new Error('the subscription delivers nothing');
          await feed.more(end - performance.now());
        } else if (types === undefined || types.includes(event.type)) {
          if (events.push(storedOf(event)) === limit) return page(false);
        }
      }
    } catch (error) {
      if (feed.scannedTo > after && !(error instanceof StoreFault)) return page(false);
      throw error;
    }
  }

  private async isAtEnd(feed: AllFeed): Promise<boolean> {
    if (!feed.caughtUp) return false;
    const last = await lastPosition(this.connection, feed.scannedTo);
    return !feed.isWaiting && feed.scannedTo >= last;
  }

  private async ifFound(
    what: string,
    stream: string,
    options: Parameters<EventStoreDbConnection['subscriber']['readStream']>[1],
  ) {
    try {
      const name = this.connection.address.streamPrefix + stream;
      return await this.connection.read(what, (client) => client.readStream(name, options));
    } catch (error) {
      if (error instanceof StreamNotFoundError) return [];
      throw error;
    }
  }
}
