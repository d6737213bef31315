import { type Clock, formatTime, type ParkedRecord } from '#event-sourcing';
import type { EventReader } from '#event-store';
import { factLayoutOf, FactLayouts, JOURNEY, type TouchpointRegistry } from '#journey';
import { type DerivedTable, TABLES } from '#views';
import { Directory } from './directory.js';
import { JobHistory, type JobOutcome } from './job-history.js';
import { Lru } from './lru.js';
import type { KeptPerson } from './person.js';
import { PolicyContexts } from './policy-contexts.js';
import {
  DEFAULT_LIMITS,
  type ProjectorLimits,
  type ProjectorLog,
  type ProjectorParts,
} from './projector-parts.js';
import type {
  JobRecord,
  Progress,
  ReadModel,
  ReadModelChange,
  StoredState,
  StoredTable,
} from './read-model.js';
import { Tails } from './tails.js';

/** What is known of what is stored. */
interface Stored {
  readonly progress: Progress;
  readonly layouts: FactLayouts;
  readonly tables: readonly StoredTable[];
  readonly kept: readonly DerivedTable[];
  readonly building: readonly DerivedTable[];
  /** By tenant, the stamp of the policies by which its rows are derived. */
  readonly stamps: ReadonlyMap<string, string | null>;
  readonly jobs: readonly JobRecord[];
  /** By what makes a record replace another (`parkedKey`). */
  readonly parked: Map<string, ParkedRecord>;
}

/** What the steps of the projector work with: its parts, and what it remembers of what is stored. */
export class ProjectorContext {
  readonly events: EventReader;
  readonly stored: StoredState;
  readonly clock: Clock;
  readonly tables: readonly DerivedTable[];
  readonly registry: TouchpointRegistry;
  readonly limits: ProjectorLimits;
  readonly log: ProjectorLog;
  readonly directory: Directory;
  readonly tails: Tails;
  readonly policies: PolicyContexts;
  /** Folded states of persons heard of lately, by the number of the survivor. */
  readonly persons: Lru<number, KeptPerson>;
  /** Customers found damaged and derived again since the start. */
  mended = 0;
  readonly jobHistory = new JobHistory();
  private readonly readModel: ReadModel;
  private current: Stored | undefined;

  constructor(parts: ProjectorParts) {
    this.events = parts.events;
    this.clock = parts.clock;
    this.tables = parts.tables ?? TABLES;
    this.registry = parts.registry ?? JOURNEY;
    this.limits = { ...DEFAULT_LIMITS, ...parts.limits };
    this.log = parts.log ?? (() => undefined);
    this.readModel = parts.readModel;
    this.stored = parts.readModel.stored;
    this.directory = new Directory(this.stored);
    this.tails = new Tails(this.stored, () => this.layouts);
    this.policies = new PolicyContexts(this.stored, this.clock);
    this.persons = new Lru(this.limits.keptWeight);
  }

  /** Now, as RFC 3339. */
  now(): string {
    return formatTime(this.clock.now());
  }

  /** Reads how far the read model is, where it is not known. */
  async begin(): Promise<void> {
    if (this.current !== undefined) return;
    const { progress, layouts, tables, tenants, jobs, parked } = await this.stored.writerState();
    this.current = {
      ...{ progress, jobs, ...this.tablesOf(tables) },
      layouts: layouts.with(factLayoutOf(this.registry)),
      stamps: new Map(tenants.map(({ name, stamp }) => [name, stamp])),
      parked: new Map(parked.map((record) => [parkedKey(record), record])),
    };
  }

  get isBegun(): boolean {
    return this.current !== undefined;
  }

  get progress(): Progress {
    return this.known.progress;
  }

  get layouts(): FactLayouts {
    return this.known.layouts;
  }

  get stamps(): ReadonlyMap<string, string | null> {
    return this.known.stamps;
  }

  get storedTables(): readonly StoredTable[] {
    return this.known.tables;
  }

  /** Jobs that are under way, in their order. */
  get jobs(): readonly JobRecord[] {
    return this.known.jobs;
  }

  /** What could not be read, folded or derived, and waits. */
  get parked(): readonly ParkedRecord[] {
    return [...this.known.parked.values()];
  }

  /** Why a table of a person could not be derived; undefined where it could. */
  parkedTable(tenant: string, customer: string, view: string): ParkedRecord | undefined {
    const { parked } = this.known;
    return parked.size === 0 ? undefined : parked.get(tableKey(tenant, customer, view));
  }

  /** Tables whose rows readers see and that this program can keep up: those of its own version. */
  get keptTables(): readonly DerivedTable[] {
    return this.known.kept;
  }

  /** Tables of which rows are being built beside those that readers see. */
  get buildingTables(): readonly DerivedTable[] {
    return this.known.building;
  }

  /** A number for a new job. */
  nextJobId(): number {
    return this.jobHistory.nextId(this.jobs, this.progress.commits);
  }

  /** Remembers jobs that a commit has ended. */
  ended(outcome: JobOutcome, jobs: readonly JobRecord[]): void {
    for (const job of jobs) this.jobHistory.add({ ...job, outcome, endedAt: this.now() });
  }

  /** Commits a change made from the progress that is known, and knows the new one. */
  async commit(change: Omit<ReadModelChange, 'from' | 'layout'>): Promise<void> {
    const { commits } = this.progress;
    const layout =
      (change.chunks ?? []).length > 0 && !this.layouts.isStored ? this.layouts.current : undefined;
    // The first chunks are all packed by the current layout.
    const packedBy = change.progress.packedBy ?? layout?.stamp ?? null;
    await this.readModel.commit({
      ...change,
      progress: { ...change.progress, packedBy },
      from: commits,
      layout,
    });
    const { stamps, jobs, tables, kept, building, parked } = this.known;
    const { stamps: newStamps = [], jobs: newJobs = [], endedJobs = [] } = change;
    const ended = new Set([...newJobs.map(({ id }) => id), ...endedJobs]);
    for (const record of change.unparked ?? []) parked.delete(parkedKey(record));
    for (const record of change.parked ?? []) parked.set(parkedKey(record), record);
    this.current = {
      progress: { ...change.progress, packedBy, commits: commits + 1 },
      layouts: layout === undefined ? this.layouts : this.layouts.asStored(),
      ...(changesTables(change) ? this.tablesOf(tablesAfter(tables, change)) : { tables, kept, building }),
      stamps:
        newStamps.length === 0
          ? stamps
          : new Map([...stamps, ...newStamps.map(({ tenant, stamp }) => [tenant, stamp] as const)]),
      jobs:
        ended.size === 0
          ? jobs
          : [
              ...jobs.filter(({ id }) => !ended.has(id)),
              ...newJobs.filter(({ id }) => !endedJobs.includes(id)),
            ].sort((a, b) => a.id - b.id),
      parked,
    };
  }

  /** Forgets all that is remembered of what is stored: after a failure, and when it was deleted. */
  forget(): void {
    this.current = undefined;
    this.directory.forget();
    this.tails.forget();
    this.policies.forget();
    this.persons.clear();
  }

  /** Which of this program's tables are among the stored ones. */
  private tablesOf(tables: readonly StoredTable[]): Pick<Stored, 'tables' | 'kept' | 'building'> {
    const those = (isOf: (stored: StoredTable, version: number) => boolean) =>
      this.tables.filter(({ name, version }) =>
        tables.some((stored) => stored.name === name && isOf(stored, version)),
      );
    return {
      tables,
      kept: those((stored, version) => stored.version === version),
      building: those((stored, version) => stored.next === version),
    };
  }

  private get known(): Stored {
    if (this.current === undefined) throw new Error('the projector has not begun');
    return this.current;
  }
}

/** A table of a person is parked once, an event by its position. */
function parkedKey({ tenant, customer, view, position }: ParkedRecord): string {
  return view === null ? String(position) : tableKey(tenant, customer, view);
}

function tableKey(tenant: string, customer: string, view: string): string {
  return `${tenant} ${view} ${customer}`;
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
