import type { DeadInput } from '#intake';
import type { IdempotencyOwner, StoredAnswer } from '#platform';
import { issueRaised, type SentEvent } from '../kit/touchpoint.js';
import { Random } from './random.js';
import { scheduleOf, type Schedule } from './schedule.js';

/** Something that is acknowledged when it is durable, with all that is needed to open it again. */
export type IntakeRequest =
  | { readonly is: 'events'; readonly events: readonly Touchpoint[] }
  | { readonly is: 'letters'; readonly letters: readonly DeadInput[] }
  | { readonly is: 'answer'; readonly owner: IdempotencyOwner; readonly answer: StoredAnswer }
  | { readonly is: 'rotation' };

export interface Touchpoint extends SentEvent {
  readonly id: string;
  readonly subject: string;
  readonly data: object;
}

/** What comes in by the ways of the server, and what may be asked afterwards: the same for the same seed. */
export interface IntakeWorkload {
  readonly requests: readonly IntakeRequest[];
  readonly schedule: Schedule;
}

export const TENANT = 'default';

/** The master key is changed once in so many requests. */
const ROTATE_EVERY = 50;

/**
 * Mostly touchpoints with personal fields, of ever new customers and of some who are known; dead letters with personal
 * data, some of no tenant; answers kept for requests that come again. Some requests are sent again.
 */
export function intakeWorkloadOf(seed: number, requests: number): IntakeWorkload {
  const random = new Random(seed);
  const told = new ToldInput(random);
  const made: IntakeRequest[] = [];
  for (let number = 0; number < requests; number++) {
    const repeated = made.length > 0 && random.chance(0.05) ? random.pick(made) : undefined;
    if (number % ROTATE_EVERY === ROTATE_EVERY / 2) made.push({ is: 'rotation' });
    else made.push(repeated === undefined || repeated.is === 'rotation' ? told.request(number) : repeated);
  }
  return { requests: made, schedule: scheduleOf(requests, random) };
}

class ToldInput {
  readonly #customers: string[] = [];

  constructor(private readonly random: Random) {}

  request(number: number): IntakeRequest {
    const kind = this.random.next();
    if (kind < 0.15) return { is: 'letters', letters: this.#several(3, (i) => this.#letter(number, i)) };
    if (kind < 0.25) return { is: 'answer', ...this.#answer(number) };
    const most = this.random.pick([1, 1, 8, 8, 40]);
    return { is: 'events', events: this.#several(most, (i) => this.#touchpoint(number, i)) };
  }

  #several<T>(most: number, make: (i: number) => T): T[] {
    return Array.from({ length: this.random.between(1, most) }, (_, i) => make(i));
  }

  #touchpoint(request: number, i: number): Touchpoint {
    const id = `r${request}-${i}.`;
    const subject = this.#customer(request, i);
    const data = { issueId: id, category: 'refund', severity: 'high', description: this.#words(id) };
    return { ...issueRaised(id, { subject, data }), id, subject, data };
  }

  /** Every new customer takes a new key. */
  #customer(request: number, i: number): string {
    if (this.#customers.length > 0 && this.random.chance(0.4)) return this.random.pick(this.#customers);
    const customer = `k${request}-${i}.`;
    this.#customers.push(customer);
    return customer;
  }

  #letter(request: number, i: number): DeadInput {
    const origin = `kafka cx.touchpoints/${i}@${request}.`;
    const tenant = this.random.chance(0.2) ? '' : TENANT;
    const text = this.#words(origin);
    const event = { ...this.#touchpoint(request, i), id: origin, type: 'cx.NoSuchThing.v1', remark: text };
    const reason = { code: 'unknown-type', detail: 'no such type is known' };
    return { tenant, origin, reason, body: this.random.chance(0.3) ? { text } : { event } };
  }

  #answer(request: number): { owner: IdempotencyOwner; answer: StoredAnswer } {
    const body = JSON.stringify({ results: [this.#words(`a${request}`)] });
    return {
      owner: { tenant: TENANT, subject: 'desk', key: `key-${request}` },
      answer: { fingerprint: `f${request}`, outcome: { body }, at: request },
    };
  }

  #words(what: string): string {
    const length = this.random.chance(0.03)
      ? this.random.between(4_000, 19_000)
      : this.random.between(20, 400);
    return `${what} says ${'so '.repeat(length / 3)}`;
  }
}
