import type { EventReader } from '#event-store';
import { DerivingContext, parkedKey } from './deriving-context.js';
import { JobHistory, type JobOutcome } from './job-history.js';
import { Lru } from './lru.js';
import type { KeptPerson } from './person.js';
import type { ProjectorLog, ProjectorParts } from './projector-parts.js';
import { RangesAhead } from './ranges-ahead.js';
import type { JobRecord, ReadModel, ReadModelChange, StoredTable } from './read-model.js';
import { Tails } from './tails.js';

/** What the steps of the projector work with: its parts, and what it remembers of what is stored. */
export class ProjectorContext extends DerivingContext {
  readonly events: EventReader;
  readonly log: ProjectorLog;
  readonly tails: Tails;
  /** Folded states of persons heard of lately, by the number of the survivor. */
  readonly persons: Lru<number, KeptPerson>;
  /** What threads derive for a rebuild. */
  readonly ahead: RangesAhead;
  /** Customers found damaged and derived again since the start. */
  mended = 0;
  readonly jobHistory = new JobHistory();
  private readonly readModel: ReadModel;

  constructor(parts: ProjectorParts) {
    super({ ...parts, stored: parts.readModel.stored });
    this.events = parts.events;
    this.log = parts.log ?? (() => undefined);
    this.readModel = parts.readModel;
    this.tails = new Tails(this.stored, () => this.layouts);
    this.persons = new Lru(this.limits.keptWeight);
    // Threads derive what this program declares: they cannot be given other tables or touchpoints.
    const isOwn = parts.tables === undefined && parts.registry === undefined;
    this.ahead = new RangesAhead(isOwn ? parts.readModel.rangeDeriver : undefined);
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
    this.ahead.note(change, this.directory);
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
  override forget(): void {
    super.forget();
    this.tails.forget();
    this.persons.clear();
    this.ahead.forget();
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
