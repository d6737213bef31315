import { LedgerError } from '#event-sourcing';
import type { EventReader } from '#event-store';
import { type CustomerRecord, type CustomerRef, isBuiltIn } from '#views';
import { DerivingContext, parkedKey } from './deriving-context.js';
import { remember } from './job-history.js';
import { Lru } from './lru.js';
import type { PendingTables } from './pending-tables.js';
import type { KeptPerson } from './person.js';
import type { ProjectorLog, ProjectorParts } from './projector-parts.js';
import { RangesAhead } from './ranges-ahead.js';
import type {
  EndedJob,
  JobOutcome,
  JobRecord,
  Progress,
  ReadModel,
  ReadModelChange,
  StoredTable,
} from './read-model.js';
import { type Advances, SpreadWriter } from './spread/spread-writer.js';
import type { PartitionAdvance, SpreadWriting } from './spread/spread-writing.js';
import { Tails } from './tails.js';

/** What a step of the projector changes; of the progress only what becomes another. */
type StepChange = Omit<ReadModelChange, 'from' | 'layout' | 'forgottenJobs' | 'progress'> & {
  readonly progress?: Partial<ReadModelChange['progress']>;
};

/** What the steps of the projector work with: its parts, and what it remembers of what is stored. */
export class ProjectorContext extends DerivingContext {
  readonly events: EventReader;
  readonly log: ProjectorLog;
  readonly tails: Tails;
  /** Folded states of persons heard of lately, by the number of the survivor. */
  readonly persons: Lru<number, KeptPerson>;
  /** Whose rows are behind the timelines; undefined: nobody's, or all are rebuilt. */
  pending: PendingTables | undefined;
  /** What threads derive for a rebuild. */
  readonly ahead: RangesAhead;
  /** Customers found damaged and derived again since the start. */
  mended = 0;
  private lastJobId = 0;
  /** By which a commit is refused once this process leads the others no longer; undefined where it does not lead. */
  leadership: () => PartitionAdvance | undefined = () => undefined;
  /** Called when a commit that was not waited for has succeeded. */
  onCommitted: () => void = () => undefined;
  private readonly readModel: ReadModel;
  private readonly writer = new SpreadWriter();
  /** A commit whose outcome is not known yet, or was not passed on yet, and the progress before it. */
  private underWay: { readonly done: Promise<void>; readonly before: Progress } | undefined;

  constructor(parts: ProjectorParts) {
    super({ ...parts, stored: parts.readModel.stored });
    this.events = parts.events;
    this.log = parts.log ?? (() => undefined);
    this.readModel = parts.readModel;
    this.tails = new Tails(this.stored, () => this.layouts);
    this.persons = new Lru(this.limits.keptWeight);
    // Threads derive what this program declares: they cannot be given other tables or touchpoints.
    const isOwn = this.tables.every(isBuiltIn) && parts.registry === undefined;
    this.ahead = new RangesAhead(isOwn ? parts.readModel.rangeDeriver : undefined);
  }

  /** Whether nothing is stored of a customer, since it was numbered for the change in progress. */
  isNew(customer: number): boolean {
    return this.isSpread ? this.writer.isFresh(customer) : customer > this.progress.customers;
  }

  /** The change in progress is made from what is stored of these customers, or writes it. */
  override touch(tenant: string, customers: readonly CustomerRecord[]): void {
    if (this.isSpread) this.writer.touch(tenant, customers);
  }

  /** Undefined where one process at a time can write. */
  get spreading(): SpreadWriting | undefined {
    return this.readModel.spreading;
  }

  /** Divides the projecting from now on, or ends that; what is remembered of what is stored is older then. */
  async setSpread(spread: boolean): Promise<void> {
    const { spreading } = this;
    if (spreading === undefined)
      throw new LedgerError(
        'not-spreadable',
        'only a read model in PostgreSQL can be written by several servers',
      );
    const { commits } = this.progress;
    await (spread ? spreading.begin(commits) : spreading.end(commits));
  }

  /** Whether the tables are those of a newer program, which this one cannot keep up. */
  get isOutdated(): boolean {
    return this.tables.some(({ name, version }) => {
      const stored = this.storedTables.find((one) => one.name === name);
      return stored !== undefined && (stored.version > version || (stored.next ?? 0) > version);
    });
  }

  /** Whether another projector has changed what is common to all. */
  async hasMoved(): Promise<boolean> {
    const commits = await this.spreading?.commits();
    return commits !== (this.isSpread ? this.progress.commits : undefined);
  }

  /** Numbers customers where several projectors do. */
  override async register(
    customers: readonly CustomerRef[],
  ): Promise<readonly (CustomerRecord | undefined)[]> {
    const records = await this.spreading!.register(customers);
    for (const record of records) if (record !== undefined) this.writer.registered(record.number);
    return records;
  }

  /** What is kept in memory of customers may be older than what was read of them now. */
  override onRead(customers: readonly CustomerRecord[]): void {
    for (const { number } of customers) {
      this.tails.forget(number);
      this.persons.delete(number);
    }
  }

  /** A number that no job has had, so that what is said of a job is never taken for another one. */
  nextJobId(): number {
    const ids = [...this.jobs, ...this.endedJobs].map(({ id }) => id);
    this.lastJobId = Math.max(this.lastJobId, this.progress.commits, ...ids) + 1;
    return this.lastJobId;
  }

  /** A job as it ends now. */
  ended(job: JobRecord, outcome: JobOutcome): EndedJob {
    return { ...job, outcome, endedAt: this.now() };
  }

  /** The progress up to which every commit has succeeded. */
  get committed(): Progress {
    return this.underWay?.before ?? this.progress;
  }

  /** Waits for the commit that is under way. Throws what it failed with, once: nothing that was made from it can be kept. */
  async settled(): Promise<void> {
    const { underWay } = this;
    if (underWay === undefined) return;
    try {
      await underWay.done;
    } finally {
      if (this.underWay === underWay) this.underWay = undefined;
    }
  }

  override async begin(): Promise<void> {
    if (this.isBegun) return;
    await this.settled();
    await super.begin();
  }

  /**
   * Begins a commit whose outcome is waited for before the next one, and lets the next page be folded meanwhile. Where the
   * read model cannot do that, several projectors write, or there is more than facts in their order and rows, it is waited for.
   */
  async commitAhead(step: StepChange): Promise<void> {
    const { held, links, policies, parked, unparked, jobs, stamps } = step;
    const others = [held, links, policies, parked, unparked, jobs, stamps, this.jobs];
    const isPlain = others.every((list = []) => list.length === 0);
    await this.commit(step, undefined, isPlain && this.readModel.commitsElsewhere && !this.isSpread);
  }

  /**
   * Commits a change made from the progress that is known, and knows the new one. `advances`: the partitions whose records
   * are in it, where the projecting is spread.
   */
  async commit(step: StepChange, advances?: Advances, ahead = false): Promise<void> {
    await this.settled();
    const before = this.progress;
    const { commits, ...known } = before;
    const change = { ...step, progress: { ...known, ...step.progress } };
    const spread = this.isSpread ? this.spreadChange(change, advances) : undefined;
    const layout =
      (change.chunks ?? []).length > 0 && !this.layouts.isStored ? this.layouts.current : undefined;
    // The first chunks are all packed by the current layout.
    const packedBy = change.progress.packedBy ?? layout?.stamp ?? null;
    const alone = spread === undefined ? undefined : spread.alone || layout !== undefined;
    const { endedJobs, forgottenJobs } = remember(
      change.reset === true ? [] : this.endedJobs,
      change.endedJobs ?? [],
    );
    const done = this.readModel.commit({
      ...change,
      forgottenJobs,
      progress: { ...change.progress, packedBy },
      from: commits,
      layout,
      ...(spread && { spread: { ...spread, alone: alone! } }),
    });
    if (ahead) this.goOn(done, before);
    else await done;
    this.onRead(this.directory.revised(this.writer.customers));
    this.writer.begun();
    this.ahead.note(change, this.directory);
    const { stamps, jobs, tables, kept, building, parked } = this.known;
    const { stamps: newStamps = [], jobs: newJobs = [], endedJobs: ending = [] } = change;
    const replaced = new Set([...newJobs, ...ending].map(({ id }) => id));
    for (const record of change.unparked ?? []) parked.delete(parkedKey(record));
    for (const record of change.parked ?? []) parked.set(parkedKey(record), record);
    this.current = {
      progress: { ...change.progress, packedBy, commits: alone === false ? commits : commits + 1 },
      spread: this.isSpread && change.reset !== true,
      layouts: layout === undefined ? this.layouts : this.layouts.asStored(),
      ...(changesTables(change) ? this.tablesOf(tablesAfter(tables, change)) : { tables, kept, building }),
      stamps:
        newStamps.length === 0
          ? stamps
          : new Map([...stamps, ...newStamps.map(({ tenant, stamp }) => [tenant, stamp] as const)]),
      jobs:
        replaced.size === 0
          ? jobs
          : [...jobs.filter(({ id }) => !replaced.has(id)), ...newJobs].sort((a, b) => a.id - b.id),
      endedJobs,
      parked,
    };
  }

  private goOn(done: Promise<void>, before: Progress): void {
    const underWay = { done, before };
    this.underWay = underWay;
    done.then(
      () => {
        if (this.underWay === underWay) this.underWay = undefined;
        this.onCommitted();
      },
      // `settled` throws it.
      () => undefined,
    );
  }

  private spreadChange(change: Omit<ReadModelChange, 'from' | 'layout'>, advances: Advances) {
    const written = [...(change.chunks ?? []), ...(change.held ?? [])].map(({ customer }) => customer);
    if (!written.every((customer) => this.writer.hasTouched(customer)))
      throw new Error('a customer is written who was not touched');
    const leadership = this.leadership();
    const partitions = advances ?? (leadership === undefined ? [] : [leadership]);
    return this.writer.changeOf(change, this.progress, partitions);
  }

  /** Forgets those that the change in progress touched: it was refused, since they are others now. */
  forgetTouched(): void {
    for (const { tenant, record } of this.writer.customers) {
      this.directory.forgetOne({ tenant, customer: record.name });
      this.tails.forget(record.number);
      this.persons.delete(record.number);
    }
    this.policies.forget();
    this.writer.begun();
  }

  /** Forgets all that is remembered of what is stored: after a failure, and when it was deleted. */
  override forget(): void {
    super.forget();
    this.tails.forget();
    this.persons.clear();
    this.pending = undefined;
    this.ahead.forget();
    this.writer.begun();
  }
}

/** The stored tables once a change is committed. */
function tablesAfter(
  tables: readonly StoredTable[],
  { begun = [], finished = [], abandoned = [] }: Partial<ReadModelChange>,
): readonly StoredTable[] {
  const after = new Map(tables.map((table) => [table.name, table]));
  for (const { name, version } of begun)
    after.set(name, { name, version: after.get(name)?.version ?? 0, next: version });
  for (const name of finished) after.set(name, { name, version: after.get(name)!.next!, next: null });
  for (const name of abandoned) after.set(name, { ...after.get(name)!, next: null });
  return [...after.values()];
}

function changesTables({ begun = [], finished = [], abandoned = [] }: Partial<ReadModelChange>): boolean {
  return begun.length + finished.length + abandoned.length > 0;
}
