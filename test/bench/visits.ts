import { DeliveredLog } from '../kit/delivered-log.js';
import { recordedEvent, storedBytes, type Told } from '../kit/recorded-events.js';

/** When the first visit begins. */
export const BEGINNING = Date.UTC(2026, 0, 1);

/** A visit to the service: eight touchpoints in their natural course. */
const COURSE: readonly ((n: number) => Pick<Told, 'type' | 'data'>)[] = [
  (n) => ({
    type: 'ContactStarted',
    data: { contactId: `k-${n}`, channel: 'phone', direction: 'inbound', queue: 'general' },
  }),
  (n) => ({
    type: 'CustomerGreeted',
    data: { contactId: `k-${n}`, agentId: `a-${n % 50}`, agentKind: 'human', waitSeconds: 35 },
  }),
  (n) => ({
    type: 'IssueRaised',
    data: { issueId: `i-${n}`, contactId: `k-${n}`, category: 'billing', severity: 'normal', team: 'red' },
  }),
  (n) => ({
    type: 'ResolutionProvided',
    data: { issueId: `i-${n}`, contactId: `k-${n}`, agentId: `a-${n % 50}` },
  }),
  (n) => ({ type: 'IssueClosed', data: { issueId: `i-${n}`, contactId: `k-${n}` } }),
  (n) => ({
    type: 'ContactEnded',
    data: { contactId: `k-${n}`, disposition: 'completed', talkSeconds: 240 },
  }),
  (n) => ({ type: 'FeedbackGiven', data: { survey: 'csat', score: 1 + (n % 5), contactId: `k-${n}` } }),
  (n) => ({ type: 'PurchaseMade', data: { orderId: `o-${n}`, amount: '19.90', currency: 'EUR' } }),
];

const DAY = 86_400_000;

/** Visits of many customers, interleaved; one event in a hundred comes a day late. The same seed tells the same story. */
export class Visits {
  private readonly met: Uint32Array;
  private seed = 42;
  private told = 0;

  constructor(readonly customers: number) {
    this.met = new Uint32Array(customers);
  }

  /** Delivers the next events; answers the log. */
  deliver(events: number, log = new DeliveredLog(), lateOneIn = 100): DeliveredLog {
    for (let n = 0; n < events; n++) log.deliverBytes(storedBytes(recordedEvent(this.next(lateOneIn))));
    return log;
  }

  private next(lateOneIn: number): Told {
    const customer = this.random(this.customers);
    const step = this.met[customer]!++;
    const late = this.random(lateOneIn) === 0 ? DAY : 0;
    const number = this.told++;
    return {
      ...COURSE[step % COURSE.length]!(customer * 1_000 + Math.floor(step / COURSE.length)),
      id: `e-${number}`,
      at: BEGINNING + number * 5_000 - late,
      customer: `customer-${customer}`,
    };
  }

  private random(below: number): number {
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.seed % below;
  }
}
