import { type Position, START, storedPosition } from '#event-sourcing';
import { EventReader, type ReadAllOptions, type ReadPage, type StoredEvent } from '#event-store';
import { recordedEvent, storedBytes, type EventSpec } from '../kit/recorded-events.js';

/** When the first visit begins. */
export const BEGINNING = Date.UTC(2026, 0, 1);

/** A visit to the service: eight touchpoints in their natural course. */
const COURSE: readonly ((n: number) => Pick<EventSpec, 'type' | 'data'>)[] = [
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
/** Between two visits' events of all customers together, ms. */
export const PACE = 5_000;

/**
 * A log of visits of many customers, interleaved; one event in a hundred comes a day late. The same seed tells the same
 * story. Events are made when they are read, once each and in their order, so that no log stands in memory.
 */
export class Visits extends EventReader {
  /** Seconds, and processor seconds of this thread, that making the events took. */
  readonly spent = { seconds: 0, thread: 0 };
  private readonly met: Uint32Array;
  private seed = 42;
  private made = 0;
  private promised = 0;
  private readonly waiting: StoredEvent[] = [];
  private last: StoredEvent | undefined;

  constructor(
    readonly customers: number,
    private readonly lateOneIn = 100,
  ) {
    super();
    this.met = new Uint32Array(customers);
  }

  /** There are this many events more. */
  more(events: number): this {
    this.promised += events;
    return this;
  }

  /** The same, made at once: nothing but reading them is left to be measured. */
  deliver(events: number): this {
    this.more(events);
    while (this.made < this.promised) this.waiting.push(this.next());
    return this;
  }

  /** The time of the last of the events that there are. */
  get end(): number {
    return BEGINNING + this.promised * PACE;
  }

  /** The next event that is made comes so late that it lies before all others, ms. */
  lateBy = 0;

  async readAll({ after, limit }: ReadAllOptions): Promise<ReadPage> {
    if (Number(after) !== this.made - this.waiting.length)
      throw new Error('visits are read once, in their order');
    const [began, used] = [performance.now(), process.threadCpuUsage()];
    const events = this.waiting.splice(0, limit);
    while (events.length < limit && this.made < this.promised) events.push(this.next());
    const { user, system } = process.threadCpuUsage(used);
    this.spent.thread += (user + system) / 1e6;
    this.spent.seconds += (performance.now() - began) / 1_000;
    this.last = events.at(-1) ?? this.last;
    return {
      events,
      scannedTo: this.last?.position ?? after,
      atEnd: this.made === this.promised && this.waiting.length === 0,
    };
  }

  async head(): Promise<Position> {
    return this.promised === 0 ? START : storedPosition(this.promised);
  }

  async readAt(position: Position): Promise<StoredEvent | undefined> {
    return this.last?.position === position ? this.last : undefined;
  }

  async readStream(): Promise<readonly StoredEvent[]> {
    return [];
  }

  async distance(from: Position, to: Position): Promise<number> {
    return Math.max(0, Number(to - from));
  }

  async positionAt(): Promise<Position> {
    return this.head();
  }

  async close(): Promise<void> {
    // Nothing to close.
  }

  private next(): StoredEvent {
    const visit = this.visit(this.random(this.customers));
    const late = (this.random(this.lateOneIn) === 0 ? DAY : 0) + this.lateBy;
    this.lateBy = 0;
    const entry = this.made++;
    const bytes = storedBytes(recordedEvent({ ...visit, at: BEGINNING + entry * PACE - late }));
    return { position: storedPosition(entry + 1), entry, revision: entry, bytes };
  }

  private visit(customer: number): Omit<EventSpec, 'at'> {
    const step = this.met[customer]!++;
    return {
      ...COURSE[step % COURSE.length]!(customer * 1_000 + Math.floor(step / COURSE.length)),
      id: `${customer}-${step}`,
      customer: `customer-${customer}`,
    };
  }

  private random(below: number): number {
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    // The high bits: the low ones take turns.
    return Math.floor((this.seed / 2 ** 32) * below);
  }
}
