import type { TouchpointData, TouchpointName } from '#journey';
import { formatTime } from '#event-sourcing';
import { DAY, HOUR, personOf } from './company.js';
import type { Chance } from './random.js';

/** A touchpoint of the demo, with the time (ms) at which the ledger learns of it. */
export interface DemoEvent {
  readonly event: TouchpointEvent;
  readonly learntAt: number;
}

/** A touchpoint as a CloudEvent, as a source sends it. */
export interface TouchpointEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly data: object;
}

/** The year: [from, until) in ms, and the source of its events. */
export interface Year {
  readonly from: number;
  readonly until: number;
  readonly source: string;
}

/** Sources deliver once a day: what happened is learnt at the next midnight (UTC). */
const DELIVERY = DAY;

/** One customer's year. What would lie after its end is left out, so that a story may run on and be unfinished. */
export class Story {
  private readonly added: DemoEvent[] = [];
  /** Nothing of what is added now is learnt before this time: a source that delivers late. */
  private heldUntil = 0;
  private numbers = 0;

  constructor(
    readonly customer: string,
    readonly chance: Chance,
    readonly year: Year,
    readonly number: number,
  ) {}

  get events(): readonly DemoEvent[] {
    return this.added;
  }

  /** Adds one touchpoint; returns its CloudEvents id, by which it can be retracted. */
  add<N extends TouchpointName>(at: number, name: N, data: TouchpointData[N]): string {
    const id = `${this.customer}/${++this.numbers}`;
    if (at >= this.year.until) return id;
    const { source } = this.year;
    const about = { specversion: '1.0', id, source, type: `cx.${name}.v1`, subject: this.customer } as const;
    const learntAt = Math.max(this.heldUntil, Math.ceil((at + 1) / DELIVERY) * DELIVERY);
    this.added.push({
      event: { ...about, time: formatTime(Math.floor(at)), data },
      learntAt: Math.min(learntAt, this.year.until),
    });
    return id;
  }

  /** What `work` adds is delivered late, at `at` (ms). */
  deliveredLate(at: number, work: () => void): void {
    this.heldUntil = Math.ceil(at / DELIVERY) * DELIVERY;
    work();
    this.heldUntil = 0;
  }

  /** An id for a contact, an issue, an order … of this customer. */
  newId(kind: string): string {
    return `${kind}-${this.number}-${++this.numbers}`;
  }

  /** This many days before the year's end, at some time of the shop's day (9 to 18, UTC). */
  daysAgo(days: number): number {
    return this.shopTime(this.year.until - days * DAY);
  }

  /** Some time of the shop's day, on the day of `at`. */
  shopTime(at: number): number {
    return Math.floor(at / DAY) * DAY + Math.floor(this.chance.between(9, 18) * HOUR);
  }

  /** The shop learns who it is. */
  introduces(at: number, segment: string): void {
    const { name, email } = personOf(this.number);
    const aliases = this.chance.happens(0.3)
      ? [{ scheme: 'loyalty-card', value: `LC${40_000 + this.number}` }]
      : undefined;
    this.add(at, 'CustomerIdentified', { name, email, aliases, segment });
  }

  /** An order of 15 to 180 euros. */
  buys(at: number): string {
    const orderId = this.newId('order');
    const cents = Math.round(this.chance.between(1_500, 18_000));
    this.add(at, 'PurchaseMade', { orderId, amount: (cents / 100).toFixed(2), currency: 'EUR' });
    return orderId;
  }

  /** Orders every `every` days or so, from `from` days ago until `to` days ago. Gives the days of the orders. */
  buysRegularly(from: number, to: number, every: number): readonly number[] {
    const days: number[] = [];
    for (let day = from; day >= to; day -= Math.max(1, this.chance.gap(every))) {
      this.buys(this.daysAgo(day));
      days.push(day);
    }
    return days;
  }
}
