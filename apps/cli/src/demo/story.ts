import type { TouchpointData, TouchpointName } from '#journey';
import { formatTime } from '#event-sourcing';
import { DAY, HOUR, personOf } from './company.js';
import type { Chance } from './random.js';

/** A touchpoint of the demo, ready to be published. */
export interface DemoEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly data: object;
}

/** The year that is told: [from, until) in ms, and where its events come from. */
export interface Year {
  readonly from: number;
  readonly until: number;
  readonly source: string;
}

/**
 * One customer's year as it is told. Everything that would lie after the year's end is left untold, so that a story
 * may run on and simply be unfinished.
 */
export class Story {
  private readonly told: DemoEvent[] = [];
  private numbers = 0;

  constructor(
    readonly customer: string,
    readonly chance: Chance,
    readonly year: Year,
    readonly number: number,
  ) {}

  get events(): readonly DemoEvent[] {
    return this.told;
  }

  /** Tells one touchpoint; gives its CloudEvents id, by which it can be retracted. */
  tell<N extends TouchpointName>(at: number, name: N, data: TouchpointData[N]): string {
    const id = `${this.customer}/${++this.numbers}`;
    if (at >= this.year.until) return id;
    const { source } = this.year;
    const event = { specversion: '1.0', id, source, type: `cx.${name}.v1`, subject: this.customer } as const;
    this.told.push({ ...event, time: formatTime(Math.floor(at)), data });
    return id;
  }

  /** An id for a contact, an issue, an order … of this customer. */
  newId(kind: string): string {
    return `${kind}-${this.number}-${++this.numbers}`;
  }

  /** So many days before the year's end, at some time of the shop's day (9 to 18, UTC). */
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
    this.tell(at, 'CustomerIdentified', { name, email, aliases, segment });
  }

  /** An order of 15 to 180 euros. */
  buys(at: number): string {
    const orderId = this.newId('order');
    const cents = Math.round(this.chance.between(1_500, 18_000));
    this.tell(at, 'PurchaseMade', { orderId, amount: (cents / 100).toFixed(2), currency: 'EUR' });
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
