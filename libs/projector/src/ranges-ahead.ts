import type { DerivingContext } from './deriving-context.js';
import type { Directory } from './directory.js';
import type { CustomerRange, DerivedRange, JobRecord, RangeDeriver, ReadModelChange } from './read-model.js';

/** Ranges under way for each thread: the next one is there when a thread has done one. */
const A_THREAD = 2;
/** Customers in a range at most: each has rows in many tables, and threads hold the rows of a range in memory. */
const CUSTOMERS_AT_MOST = 1_000;

/** A range that a thread derives, or has derived. */
export interface RangeAhead extends CustomerRange {
  /** Undefined where the thread could not: what is wrong is found where it is derived again. */
  readonly answer: Promise<DerivedRange | undefined>;
  /** Customers of whom something was committed since: the thread may have read what was before. */
  readonly touched: Set<number>;
}

/**
 * The ranges of a rebuild that threads derive while the projector goes on with events. They are committed in their order,
 * so a rebuild can be resumed from its cursor whether threads derive it or not.
 */
export class RangesAhead {
  private job: number | undefined;
  private requested = 0;
  private ranges: RangeAhead[] = [];

  constructor(private readonly deriver: RangeDeriver | undefined) {}

  /** Whether threads derive a job: below some size starting them takes longer than they gain. */
  serves({ factsTotal }: JobRecord, { limits, isSpread }: DerivingContext): boolean {
    // Of several projectors, each derives from what it has read itself.
    return this.deriver !== undefined && !isSpread && factsTotal >= limits.threadFacts;
  }

  /** Lets the threads derive the next ranges of a job. */
  request({ id, after }: JobRecord, { progress, limits, clock }: DerivingContext): void {
    if (this.job !== id) {
      this.forget();
      [this.job, this.requested] = [id, after];
    }
    const facts = Math.max(1, progress.counts.timeline / Math.max(1, progress.customers));
    const size = Math.max(1, Math.min(CUSTOMERS_AT_MOST, Math.round(limits.jobFacts / facts)));
    const { threads } = this.deriver!;
    while (this.ranges.length < threads * A_THREAD && this.requested < progress.customers) {
      const range = { after: this.requested, upTo: Math.min(this.requested + size, progress.customers) };
      this.requested = range.upTo;
      const answer = this.deriver!.derive(range, clock.now()).catch(() => undefined);
      this.ranges.push({ ...range, answer, touched: new Set() });
    }
    // A job over nobody has one range, too.
    if (this.ranges.length === 0)
      this.ranges.push({ after, upTo: after, answer: Promise.resolve(undefined), touched: new Set() });
  }

  /** The first range once it is derived; undefined where it is not within `millis`. */
  async first(millis: number): Promise<RangeAhead | undefined> {
    const [range] = this.ranges;
    let timer: NodeJS.Timeout | undefined;
    const later = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, millis, undefined)));
    const found = await Promise.race([range!.answer.then(() => range), later]);
    clearTimeout(timer);
    return found;
  }

  /** The first range is committed. */
  shift(): void {
    this.ranges.shift();
  }

  /** Notes of whom a change is, so that no range overwrites what came while it was derived. */
  note(
    { chunks = [], held = [], links = [], rows = [] }: Partial<ReadModelChange>,
    directory: Directory,
  ): void {
    if (this.ranges.length === 0) return;
    const touched = new Set([...chunks, ...held].map(({ customer }) => customer));
    for (const { generation, person } of rows) if (generation === 'next') touched.add(person.number);
    for (const { tenant, survivor } of links)
      for (const { number } of directory.get(tenant, survivor).customers) touched.add(number);
    for (const { touched: noted } of this.ranges) for (const number of touched) noted.add(number);
  }

  /** Drops what is under way. */
  forget(): void {
    [this.job, this.ranges] = [undefined, []];
  }

  /** The job has ended. */
  end(): void {
    this.forget();
    this.deriver?.rest();
  }
}
