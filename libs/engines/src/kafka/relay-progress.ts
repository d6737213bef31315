import { LedgerError, type Position } from '#event-sourcing';
import type { PartitionEnds, RelayPositions } from '#event-store';
import type { MessagingLog } from './kafka-client.js';

export interface RelayProgressOptions {
  /** Under which the position is kept: `cx.recorded`. */
  readonly name: string;
  readonly positions: RelayPositions;
  readonly log: MessagingLog;
  /** The ends of the topic now; absent: nobody asks how far the topic goes. */
  readonly ends: (() => Promise<PartitionEnds>) | undefined;
}

/** Of several servers one sends: how often it says that it still does, ms. */
const HOLD_MILLIS = 1_500;
/** Renewals that may fail before the next page asks itself whether this server still sends. */
const RENEWALS = 2;

/**
 * How far a relay has come, and whether this server is the one of several that sends. Positions are stored while the next
 * page is sent, of several the newest.
 */
export class RelayProgress {
  /** Up to where the brokers have acknowledged; undefined: another server sends. */
  sentTo: Position | undefined;
  /** When this server became the one that sends, or said so last, ms. */
  private heldAt = 0;
  /** To be stored, and what is stored. */
  private settledTo: Position | undefined;
  private storedTo: Position | undefined;
  /** Everything sent is in front of these: those of the topic when this server took over, and of what it has sent since. */
  private ends: PartitionEnds = new Map();
  private storing: Promise<void> | undefined;
  private failure: unknown;
  private renewing: NodeJS.Timeout | undefined;
  private renewal: Promise<void> | undefined;

  constructor(private readonly options: RelayProgressOptions) {}

  start(): void {
    this.renewing = setInterval(() => {
      this.renewal ??= this.renew();
    }, HOLD_MILLIS);
  }

  /** Waits until the last position is stored, or cannot be, and lets another server go on. */
  async stop(): Promise<void> {
    clearInterval(this.renewing);
    await this.renewal;
    while (this.storing !== undefined) await this.storing;
    const { positions, name } = this.options;
    if (this.sentTo !== undefined) await positions.release(name).catch(() => undefined);
  }

  /** Whether this server sends. When it takes over, it goes on where the one before has come to. Throws what storing failed with. */
  async holds(): Promise<boolean> {
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
    if (this.sentTo !== undefined && performance.now() - this.heldAt < RENEWALS * HOLD_MILLIS) return true;
    const { name, positions } = this.options;
    const isHeld = await positions.hold(name);
    if (!isHeld) this.lose();
    else {
      this.heldAt = performance.now();
      if (this.sentTo === undefined) await this.takeOver();
    }
    return isHeld;
  }

  /** A page was acknowledged. `isSettled`: a restart need not begin before it. */
  advance(position: Position, ends: PartitionEnds, isSettled: boolean): void {
    if (this.sentTo === undefined) return;
    this.sentTo = position;
    this.ends = new Map([...this.ends, ...ends]);
    if (isSettled) this.settledTo = position;
    this.store();
  }

  private async takeOver(): Promise<void> {
    const { name, positions, log, ends } = this.options;
    const position = await positions.get(name);
    if (ends !== undefined) {
      // What the one before has sent is in front of these ends, also what it did not come to store.
      this.ends = await ends();
      await positions.set(name, position, this.ends);
    }
    this.sentTo = this.settledTo = this.storedTo = position;
    log.info(`${name} is sent by this server`);
  }

  private store(): void {
    const { settledTo } = this;
    if (this.storing !== undefined || settledTo === undefined || settledTo === this.storedTo) return;
    const { name, positions, ends } = this.options;
    this.storing = positions
      .set(name, settledTo, ends && this.ends)
      .then(
        () => {
          if (this.sentTo !== undefined) this.storedTo = settledTo;
        },
        (error: unknown) => {
          if (error instanceof LedgerError && error.code === 'relay-taken-over') this.lose();
          this.failure = error;
        },
      )
      .then(() => {
        this.storing = undefined;
        // After a failure the next page that is sent stores it.
        if (this.failure === undefined) this.store();
      });
  }

  /** Says again that this server sends, also while a page takes longer than others wait to take over. */
  private async renew(): Promise<void> {
    const { positions, name } = this.options;
    try {
      if (this.sentTo !== undefined && (await positions.hold(name))) this.heldAt = performance.now();
    } catch {
      // The next page says what is in the way.
    } finally {
      this.renewal = undefined;
    }
  }

  private lose(): void {
    const { name, log } = this.options;
    if (this.sentTo !== undefined) log.info(`${name} is sent by another server`);
    this.sentTo = this.settledTo = this.storedTo = undefined;
  }
}
