import { type Clock, formatTime, type ParkedRecord } from '#event-sourcing';
import { factLayoutOf, type FactLayouts, JOURNEY, type TouchpointRegistry } from '#journey';
import { type CustomerRecord, type CustomerRef, type DerivedTable, TABLES } from '#views';
import { Directory } from './directory.js';
import { PolicyContexts } from './policy-contexts.js';
import { DEFAULT_LIMITS, type ProjectorLimits } from './projector-parts.js';
import type {
  Derived,
  EndedJob,
  JobRecord,
  Progress,
  ReadModelChange,
  StoredState,
  StoredTable,
} from './read-model.js';

/** What is known of what is stored. */
export interface Known {
  readonly progress: Progress;
  readonly spread: boolean;
  readonly layouts: FactLayouts;
  readonly tables: readonly StoredTable[];
  readonly kept: readonly DerivedTable[];
  readonly building: readonly DerivedTable[];
  /** By tenant, the stamp of the policies by which its rows are derived. */
  readonly stamps: ReadonlyMap<string, string | null>;
  readonly jobs: readonly JobRecord[];
  readonly endedJobs: readonly EndedJob[];
  /** By what makes a record replace another (`parkedKey`). */
  readonly parked: Map<string, ParkedRecord>;
}

/** Where rows are derived from, and by which program. */
export interface DerivingParts {
  readonly stored: StoredState;
  readonly clock: Clock;
  /** Default: all that `#views` declares. */
  readonly tables?: readonly DerivedTable[];
  /** Default: the touchpoints of the journey. */
  readonly registry?: TouchpointRegistry;
  readonly limits?: Partial<ProjectorLimits>;
}

/** What rows are derived with, from what is stored: in the projector's own thread and in those that derive ranges for it. */
export class DerivingContext {
  readonly stored: StoredState;
  readonly clock: Clock;
  readonly tables: readonly DerivedTable[];
  readonly registry: TouchpointRegistry;
  readonly limits: ProjectorLimits;
  readonly directory: Directory;
  readonly policies: PolicyContexts;
  protected current: Known | undefined;

  constructor({ stored, clock, tables = TABLES, registry = JOURNEY, limits }: DerivingParts) {
    this.stored = stored;
    this.clock = clock;
    this.tables = tables;
    this.registry = registry;
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    this.directory = new Directory(stored, () => (this.current?.spread === true ? this : undefined));
    this.policies = new PolicyContexts(stored, clock);
  }

  /** Now, as RFC 3339. */
  now(): string {
    return formatTime(this.clock.now());
  }

  /** Reads how far the read model is, where it is not known. */
  async begin(): Promise<void> {
    if (this.current !== undefined) return;
    const state = await this.stored.writerState();
    const { progress, spread = false, layouts, tables, tenants, jobs, endedJobs, parked } = state;
    this.current = {
      ...{ progress, spread, jobs, endedJobs, ...this.tablesOf(tables) },
      layouts: layouts.with(factLayoutOf(this.registry)),
      stamps: new Map(tenants.map(({ name, stamp }) => [name, stamp])),
      parked: new Map(parked.map((record) => [parkedKey(record), record])),
    };
  }

  get isBegun(): boolean {
    return this.current !== undefined;
  }

  /** Whether several projectors write, each the partitions that it has claimed. */
  get isSpread(): boolean {
    return this.known.spread;
  }

  /** The change in progress is made from what is stored of these customers, or writes it. */
  touch(_tenant: string, _customers: readonly CustomerRecord[]): void {
    // Only who writes needs to know.
  }

  /** Numbers customers where several projectors do; undefined: another one did. Only who writes meets new ones. */
  register(_customers: readonly CustomerRef[]): Promise<readonly (CustomerRecord | undefined)[]> {
    throw new Error('customers are numbered by who writes');
  }

  /** What is kept in memory of customers may be older than what was read of them now. */
  onRead(_customers: readonly CustomerRecord[]): void {
    // Nothing is kept here.
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

  /** The rebuild that is under way. */
  get rebuild(): JobRecord | undefined {
    return this.jobs.find(({ kind }) => kind === 'rebuild');
  }

  /** Jobs that have ended, the last one at the end. */
  get endedJobs(): readonly EndedJob[] {
    return this.known.endedJobs;
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

  /** What is to be committed of derived persons. Customers are held at facts that could not be folded from now on. */
  changeOf({ rows, parked, unparked, held }: Derived): Pick<Required<ReadModelChange>, keyof Derived> {
    for (const { tenant, customer, heldAt } of held) this.directory.hold(tenant, customer, heldAt);
    return { rows, parked, unparked, held: held.map(({ number, heldAt }) => ({ customer: number, heldAt })) };
  }

  /** Forgets all that is remembered of what is stored. */
  forget(): void {
    this.current = undefined;
    this.directory.forget();
    this.policies.forget();
  }

  /** Which of this program's tables are among the stored ones. */
  protected tablesOf(tables: readonly StoredTable[]): Pick<Known, 'tables' | 'kept' | 'building'> {
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

  protected get known(): Known {
    if (this.current === undefined) throw new Error('the projector has not begun');
    return this.current;
  }
}

/** A table of a person is parked once, an event by its position. */
export function parkedKey({ tenant, customer, view, position }: ParkedRecord): string {
  return view === null ? String(position) : tableKey(tenant, customer, view);
}

function tableKey(tenant: string, customer: string, view: string): string {
  return `${tenant} ${view} ${customer}`;
}
