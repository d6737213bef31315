import { LedgerError, type Position } from '#event-sourcing';
import { WakeSignal } from '#threads';
import { type CustomerRef, damagedCustomerOf } from '#views';
import { reasonOf } from './incoming.js';
import { DamageCheck, mend } from './mend.js';
import { beginRebuild, cancelJob, jobStep } from './jobs.js';
import { LogPages } from './log-pages.js';
import { derivePending } from './derive-pending.js';
import { overdueStep } from './overdue.js';
import { reviewPolicies } from './policy-jobs.js';
import { ProjectorContext } from './projector-context.js';
import type { JobRecord } from './read-model.js';
import type { ProjectorParts } from './projector-parts.js';
import { estimateOf, type ProjectorStatus, type RebuildEstimate, statusOf } from './projector-status.js';
import { Rate } from './rate.js';
import { Retries } from './retries.js';
import { retryParked } from './retry-parked.js';
import { isOvertaken, lookAgain } from './stand-by.js';
import { SpreadPages } from './spread/spread-pages.js';
import { isOverlap, isPartitionLost } from './spread/spread-writer.js';
import { startCheck } from './start-check.js';
import { FOLD } from './person-deriver.js';

/** Longest wait without a wake signal before the event store is read again, ms. */
const LOOK_AGAIN = 1_000;
/** The same where several projectors divide the work, and how often each reads the progress of all, ms. */
const LOOK_AT_OTHERS = 100;
/** Attempts at a change that conflicts with those of other projectors, before it is a failure. */
const OVERLAPS = 50;

/** Receives the positions up to which all derived tables, and all timelines, are committed. */
type ReachedListener = (tablesAt: Position, checkpoint: Position) => void;

/**
 * Keeps the timelines and the derived tables up to date with an event store, in pages after the checkpoint (`LogPages`).
 * Of several projectors of one read model one works: the others' commits are refused, they stand by and take over when it
 * ends. With a `feed` they divide the work: each projects the partitions that it is assigned, from the records of a topic,
 * and the one with the first partition runs the jobs.
 */
export class Projector {
  private readonly context: ProjectorContext;
  private readonly signal = new WakeSignal();
  private readonly retries: Retries;
  private readonly logPages: LogPages;
  private readonly rate = new Rate();
  private readonly listeners = new Set<ReachedListener>();
  private turn: Promise<unknown> = Promise.resolve();
  private policiesChangeAt: number | undefined;
  private nextOverdueAt = 0;
  private notified: readonly [Position?, Position?] = [];
  /** When to read the progress of the other projectors next, ms of `performance.now()`. */
  private nextLookAt = 0;
  private readonly damageCheck: DamageCheck;
  private readonly spread: SpreadPages | undefined;
  private gathered = false;

  constructor(parts: ProjectorParts) {
    this.context = new ProjectorContext(parts);
    this.spread = parts.feed && new SpreadPages(this.context, parts.feed);
    if (parts.feed !== undefined) parts.feed.onWork = () => this.signal.wake();
    this.context.onCommitted = () => {
      if (this.context.isBegun) void this.notifyListeners();
    };
    this.damageCheck = new DamageCheck(this.context);
    this.retries = new Retries(this.context);
    this.logPages = new LogPages(this.context);
  }

  /**
   * Projects until nothing is left to do: every event, job and overdue row. Throws the first failure, also of a read model
   * that is away: called again, it goes on from what is stored. `run` tries again by itself.
   */
  async catchUp(): Promise<void> {
    do this.nextLookAt = 0;
    while (await this.nextStep());
  }

  /** Projects until the signal aborts; failures are logged, shown in the status and tried again, with growing pauses. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let worked = false;
      try {
        worked = await this.nextStep();
        this.retries.succeeded();
      } catch (error) {
        await this.afterFailure(error, signal);
        continue;
      }
      if (worked) continue;
      await this.signal.wait(this.millisToWait(), signal);
      // Records gather in the topic while a page is projected.
      if (this.spread === undefined) await this.signal.pause(this.context.limits.gatherMillis, signal);
    }
    // A failed commit needs no handling: the next start goes on from what is stored.
    await this.inTurn(() => this.context.settled()).catch(() => undefined);
    // If the read model is unavailable, the next server's claims replace these.
    await this.spread?.leave().catch(() => undefined);
  }

  /** Wakes `run`: the event store has new events. */
  wake(_head?: Position): void {
    // Where the projecting is divided, records wake it.
    if (this.spread === undefined) this.signal.wake();
  }

  /** Calls the listener whenever the position of tables or timelines has changed. Returns the function that removes it. */
  onCommitted(listener: ReachedListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Begins to derive all tables beside those that readers see; `run` or `catchUp` completes it. Events that could not be
   * read are tried again first.
   */
  async rebuild(): Promise<JobRecord> {
    const job = await this.command(async () => {
      await retryParked(this.context, ({ view }) => view === null || view === FOLD);
      return beginRebuild(this.context);
    });
    this.signal.wake();
    return job;
  }

  /** The size of a rebuild, and how long it would take. */
  async estimate(): Promise<RebuildEstimate> {
    return this.command(() => Promise.resolve(estimateOf(this.context)));
  }

  /** Ends a rebuild that is under way. Throws LedgerError `unknown-job`, `job-needed`. */
  async cancel(job: number): Promise<void> {
    await this.command(() => cancelJob(this.context, job));
  }

  /** Packs a customer's timeline again from the log, and derives its rows anew, whatever is stored of it. */
  async mend(customer: CustomerRef): Promise<void> {
    await this.command(() => mend(this.context, customer));
  }

  /** Tries again what is parked, of one customer or of all; answers how many customers were tried. */
  async retry(customer?: CustomerRef): Promise<number> {
    const isWanted = (record: CustomerRef) =>
      customer === undefined || (record.tenant === customer.tenant && record.customer === customer.customer);
    const tried = await this.command(() => retryParked(this.context, isWanted));
    this.signal.wake();
    return tried;
  }

  async status(): Promise<ProjectorStatus> {
    const { context, retries, logPages } = this;
    const eventsPerSecond = this.rate.perSecond(context.clock.now());
    return statusOf(context, { failure: retries.failure, bulk: logPages.isBulk, eventsPerSecond });
  }

  private command<T>(work: () => Promise<T>): Promise<T> {
    return this.inTurn(async () => {
      await this.begin();
      return work();
    });
  }

  private nextStep(): Promise<boolean> {
    return this.inTurn(() => this.step(), { isStep: true });
  }

  /** One page and one step of whatever else there is to do. False: there was nothing. */
  private async step(): Promise<boolean> {
    await this.begin();
    if (this.spread === undefined && this.context.isSpread) await this.gather();
    if (this.leads) await this.reviewPoliciesInTime();
    const read = this.spread === undefined ? await this.nextPage() : await this.spreadPage(this.spread);
    const worked = this.leads && (await this.background());
    // After a failure it is not known to be over before a commit has succeeded.
    if (!read || this.retries.failure !== null) await this.context.settled();
    if (!this.context.isSpread || this.isLookDue) await this.notifyListeners();
    return read || worked;
  }

  /** Whether this process does the work that is done once: of several, the one that has the first partition. */
  private get leads(): boolean {
    return this.spread === undefined || (this.context.isSpread && this.context.leadership() !== undefined);
  }

  private async begin(): Promise<void> {
    if (this.context.isBegun) return;
    await startCheck(this.context);
    this.policiesChangeAt = this.context.clock.now();
    await this.notifyListeners();
  }

  /** Ends the spreading over several servers: this one was started to project alone. */
  private async gather(): Promise<void> {
    if (this.gathered) throw new LedgerError('views-spread', SPREAD_ELSEWHERE);
    this.context.log(
      'warn',
      'the views were spread over several servers; from now on this one projects alone',
      {},
    );
    await this.context.setSpread(false);
    await this.beginAgain();
    this.gathered = true;
  }

  /** The next records of this process's partitions. Until the first catch-up, one process reads the log alone. */
  private async spreadPage(spread: SpreadPages): Promise<boolean> {
    const { context } = this;
    if (!spread.mayProject()) return this.refreshed();
    if (!context.isSpread) return spread.feed.leads ? this.beginSpread() : this.refreshed();
    if (await spread.claim()) await this.beginAgain();
    return this.projected(await spread.next()) || this.refreshed();
  }

  /** Reads the state again if another projector has changed what all share: without a commit of its own none is refused. */
  private async refreshed(): Promise<boolean> {
    if (!this.isLookDue) return false;
    const hasMoved = await this.context.hasMoved();
    if (hasMoved) await this.beginAgain();
    return hasMoved;
  }

  /** Drops what is kept in memory, since others have written, and reads the state again. */
  private async beginAgain(): Promise<void> {
    this.context.forget();
    await this.begin();
  }

  /** One page of the log; once all is read, projecting is spread. */
  private async beginSpread(): Promise<boolean> {
    const { context } = this;
    if (await this.nextPage()) return true;
    if (this.logPages.isBulk || context.progress.tablesAt < context.progress.checkpoint)
      return this.background();
    await context.setSpread(true);
    await this.beginAgain();
    context.log('info', 'projecting is spread over the servers of the group from now on', {});
    return true;
  }

  private async nextPage(): Promise<boolean> {
    const { context } = this;
    const { policies } = context.progress.counts;
    const isProjected = this.projected(await this.logPages.next());
    if (context.progress.counts.policies !== policies) this.policiesChangeAt = context.clock.now();
    return isProjected;
  }

  /** Counts events into the rate. False: there were none. */
  private projected(events: number | undefined): boolean {
    if (events !== undefined) this.rate.add(this.context.clock.now(), events);
    return events !== undefined;
  }

  /** Policies published for a future time come into force without an event. */
  private async reviewPoliciesInTime(): Promise<void> {
    if (this.policiesChangeAt === undefined || this.context.clock.now() < this.policiesChangeAt) return;
    this.policiesChangeAt = await reviewPolicies(this.context);
  }

  private async background(): Promise<boolean> {
    if (this.logPages.isBulk) return false;
    const { context } = this;
    const { pending } = context;
    if (pending !== undefined) await derivePending(context, pending);
    const [job] = context.jobs;
    if (job !== undefined) {
      await jobStep(context, job);
      return true;
    }
    if ((await this.overdue()) || pending !== undefined) return true;
    await this.damageCheck.look();
    return false;
  }

  /** Once a minute: due times are looked at in whole minutes. */
  private async overdue(): Promise<boolean> {
    const now = this.context.clock.now();
    if (now < this.nextOverdueAt) return false;
    if (await overdueStep(this.context)) return true;
    this.nextOverdueAt = (Math.floor(now / 60_000) + 1) * 60_000;
    return false;
  }

  private get isLookDue(): boolean {
    return performance.now() >= this.nextLookAt;
  }

  private async notifyListeners(): Promise<void> {
    const { context } = this;
    // Of several projectors, how far all of them are.
    const { checkpoint, tablesAt } = context.isSpread
      ? await context.stored.timelineState()
      : context.committed;
    this.nextLookAt = performance.now() + LOOK_AT_OTHERS;
    const [tables, timelines] = this.notified;
    if (tablesAt === tables && checkpoint === timelines) return;
    this.notified = [tablesAt, checkpoint];
    for (const listener of this.listeners) listener(tablesAt, checkpoint);
  }

  /** Waits before the next attempt: longer after each failure; while another projector works, until it does no more. */
  private async afterFailure(error: unknown, signal: AbortSignal): Promise<void> {
    try {
      if (isPartitionLost(error)) return await this.signal.pause(this.context.limits.takeOverMillis, signal);
      if (!isOvertaken(error)) throw error;
      await this.standBy(signal);
    } catch (failure) {
      await this.signal.pause(this.retries.failed(failure), signal);
    }
  }

  /**
   * Lets another projector work until it has committed nothing between two looks, because it has ended, hangs or has
   * nothing to do. Then the first to commit goes on; the others are refused again.
   */
  private async standBy(signal: AbortSignal): Promise<void> {
    this.context.log('info', 'another projector keeps these views up to date; this one stands by', {});
    for (let seen: number | undefined; !signal.aborted;) {
      const commits = await this.inTurn(() => lookAgain(this.context));
      await this.notifyListeners();
      if (commits === seen) return;
      seen = commits;
      await this.signal.pause(this.context.limits.takeOverMillis, signal);
    }
  }

  private millisToWait(): number {
    const now = this.context.clock.now();
    const next = Math.min(this.policiesChangeAt ?? Infinity, this.nextOverdueAt);
    return Math.max(1, Math.min(this.spread === undefined ? LOOK_AGAIN : LOOK_AT_OTHERS, next - now));
  }

  private async inTurn<T>(work: () => Promise<T>, { isStep } = { isStep: false }): Promise<T> {
    const done = this.turn
      .then(() => this.mending(work, isStep))
      .catch((error: unknown) => {
        // What is kept in memory may be ahead of what was committed.
        this.context.forget();
        this.spread?.release();
        throw error;
      });
    this.turn = done.catch(() => undefined);
    return done;
  }

  /** Runs `work`; a customer that it finds damaged is mended, and then the work is begun again. */
  private async mending<T>(work: () => Promise<T>, isStep: boolean): Promise<T> {
    const mended = new Set<string>();
    for (let overlaps = 0; ; overlaps++) {
      try {
        return await work();
      } catch (error) {
        if (overlaps < OVERLAPS && this.isConflict(error, isStep)) {
          // Growing pauses let the other projectors end: their smaller changes would always be committed first.
          if (overlaps > 0) await this.signal.pause(overlaps);
          continue;
        }
        const damaged = damagedCustomerOf(error);
        const key = JSON.stringify(damaged);
        // Damaged again at once: the disk does not keep what was written.
        if (damaged === undefined || mended.has(key)) throw error;
        mended.add(key);
        this.context.forget();
        await this.begin();
        await mend(this.context, damaged, reasonOf(error));
      }
    }
  }

  /** Whether a commit conflicted with other projectors, so that its change is made again from what is stored now. */
  private isConflict(error: unknown, isStep: boolean): boolean {
    const { context, spread } = this;
    if (spread === undefined || !isOverlap(error)) return false;
    const { code } = error as LedgerError;
    if (code === 'customers-changed') {
      context.forgetTouched();
      spread.overlapped();
      return true;
    }
    context.forget();
    if (code !== 'partition-lost') return true;
    spread.release();
    // Two processes that both believe to have a partition would take it from each other without a pause.
    return !isStep;
  }
}

const SPREAD_ELSEWHERE =
  'these views are spread over servers with CX_SPREAD=on: stop them before a server projects alone, or switch it on here';
