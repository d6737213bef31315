import { LedgerError, START, type CustomerRef, type Position, type Progress } from '#event-sourcing';
import { beginBuild, buildChunk } from './build-step.js';
import { Failure } from './failure.js';
import { bulkPages, livePage, type PageDone } from './page-step.js';
import type { ProjectorParts } from './projector-parts.js';
import type { ProjectorStatus } from './projector-status.js';
import { Rate } from './rate.js';
import { retryParked } from './retry-parked.js';
import { Setting } from './setting.js';
import { startCheck } from './start-check.js';
import { statusOf } from './status.js';
import { reviewStamps, sweepChunk } from './sweep-step.js';
import { Tick } from './tick-step.js';
import { WakeSignal } from '#threads';

/** How long to wait without being woken before looking at the event store, ms. */
const LOOK_AGAIN = 1_000;

/**
 * Keeps the timeline and every view up to date with an event store: pages after the checkpoint, folded customer by
 * customer, each in one transaction with the checkpoint. One at a time over one read model.
 */
export class Projector {
  private readonly setting: Setting;
  private readonly tick: Tick;
  private readonly wakeSignal = new WakeSignal();
  private readonly failure: Failure;
  private readonly rate = new Rate();
  private readonly listeners = new Set<(position: Position) => void>();
  private turn: Promise<unknown> = Promise.resolve();
  private progress: Progress | undefined;
  private stampsChangeAt: number | undefined;
  private bulk = false;

  constructor(parts: ProjectorParts) {
    this.setting = new Setting(parts);
    this.tick = new Tick(this.setting);
    this.failure = new Failure(this.setting);
  }

  /** Projects until nothing is left to do: every event folded, builds and sweeps done. Throws the first failure. */
  async catchUp(): Promise<void> {
    while (await this.inTurn(() => this.step()));
  }

  /** Projects until the signal aborts; failures are logged, shown in the status and tried again, with growing pauses. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let worked = false;
      try {
        worked = await this.inTurn(() => this.step());
        this.failure.clear();
      } catch (error) {
        this.progress = undefined;
        await this.wakeSignal.pause(this.failure.note(error), signal);
        continue;
      }
      if (worked) continue;
      await this.wakeSignal.wait(this.millisToWait(), signal);
      await this.wakeSignal.pause(this.setting.limits.gatherMillis, signal);
    }
  }

  /** Says that the event store has moved on, so that `run` looks at once. */
  wake(_head?: Position): void {
    this.wakeSignal.wake();
  }

  /** Calls back with the checkpoint whenever it has moved. Returns the way to stop it. */
  onCommitted(listener: (position: Position) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Begins to build a view beside the one that is read; `run` or `catchUp` completes it, readers see the old one until
   * then. Events that could not be read are tried again first. Throws LedgerError `unknown-view`.
   */
  async rebuild(view: string): Promise<void> {
    if (!this.setting.projections.some(({ name }) => name === view)) {
      throw new LedgerError('unknown-view', `there is no view ${view}`, { view });
    }
    await this.inTurn(async () => {
      await this.begin();
      await retryParked(this.setting, (record) => record.view === null);
      await beginBuild(this.setting, [view]);
    });
    this.wakeSignal.wake();
  }

  /** Tries again what is parked, of one customer or of all; answers how many customers were tried. */
  async retry(customer?: CustomerRef): Promise<number> {
    const tried = await this.inTurn(async () => {
      await this.begin();
      return retryParked(
        this.setting,
        (record) =>
          customer === undefined ||
          (record.tenant === customer.tenant && record.customer === customer.customer),
      );
    });
    this.wakeSignal.wake();
    return tried;
  }

  async status(): Promise<ProjectorStatus> {
    const eventsPerSecond = this.rate.perSecond(this.setting.clock.now());
    return statusOf(this.setting, { failure: this.failure.current, bulk: this.bulk, eventsPerSecond });
  }

  /** One page and one chunk of whatever else there is to do. False: there was nothing. */
  private async step(): Promise<boolean> {
    await this.begin();
    await this.reviewStampsInTime();
    const read = await this.page();
    const worked = await this.background();
    return read || worked;
  }

  private async begin(): Promise<void> {
    if (this.progress !== undefined) return;
    await startCheck(this.setting);
    const progress = await this.setting.transaction((transaction) => transaction.progress());
    // Those who wait learn where the views stand before anything new is read.
    this.moved(progress);
    this.stampsChangeAt = START === progress.recorded ? undefined : this.setting.clock.now();
  }

  /** Policies published for a future time come into force without an event. */
  private async reviewStampsInTime(): Promise<void> {
    if (this.stampsChangeAt === undefined || this.setting.clock.now() < this.stampsChangeAt) return;
    await this.reviewStamps();
  }

  private async reviewStamps(): Promise<void> {
    this.stampsChangeAt = await this.setting.transaction((transaction) =>
      reviewStamps(this.setting, transaction),
    );
  }

  private async page(): Promise<boolean> {
    const { recorded, counts } = this.progress!;
    const head = await this.setting.events.head();
    const backlog = Number(head - recorded);
    await this.chooseWay(backlog, counts.timeline);
    if (backlog <= 0) return false;
    this.took(this.bulk ? await bulkPages(this.setting, recorded) : await livePage(this.setting, recorded));
    if (this.progress!.counts.policies !== counts.policies) await this.reviewStamps();
    return this.progress!.recorded !== recorded;
  }

  /** In bulk while much is to be read into little; views that are held are built as soon as the timeline is there. */
  private async chooseWay(backlog: number, stored: number): Promise<void> {
    const { limits, projections } = this.setting;
    const { held, building } = await this.setting.transaction(async (transaction) => ({
      held: await transaction.heldViews(),
      building: (await transaction.build()) !== undefined,
    }));
    const allHeld = held.length === projections.length && held.length > 0;
    const much = backlog >= limits.bulkBacklog && backlog * 2 >= stored;
    if (building) this.bulk = false;
    else if (allHeld) this.bulk = backlog >= limits.bulkPageEvents;
    else this.bulk = much;
    if (this.bulk && !allHeld) await this.hold();
    if (!this.bulk && !building && held.length > 0) await beginBuild(this.setting, held);
  }

  private async hold(): Promise<void> {
    this.setting.log(
      'info',
      'much is to be read: the timeline is filled first, then the views are built',
      {},
    );
    await this.setting.transaction((transaction) =>
      transaction.hold(this.setting.projections.map(({ name }) => name)),
    );
  }

  private took({ events, progress }: PageDone): void {
    this.rate.add(this.setting.clock.now(), events);
    this.moved(progress);
  }

  private moved(progress: Progress): void {
    const before = this.progress?.checkpoint;
    this.progress = progress;
    if (before === progress.checkpoint) return;
    for (const listener of this.listeners) listener(progress.checkpoint);
  }

  /** One chunk of the first thing that waits: a build, a sweep, the tick, what replaced generations left. */
  private async background(): Promise<boolean> {
    const built = await buildChunk(this.setting);
    if (built !== undefined) {
      this.moved(built);
      return true;
    }
    if (this.bulk) return false;
    return (
      (await sweepChunk(this.setting)) || (await this.tick.chunk()) || !(await this.setting.readModel.tidy())
    );
  }

  private millisToWait(): number {
    const untilChange = (this.stampsChangeAt ?? Infinity) - this.setting.clock.now();
    return Math.max(1, Math.min(LOOK_AGAIN, untilChange));
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }
}
