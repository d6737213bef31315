import { type Clock, formatTime, type ParkedRecord } from '#event-sourcing';
import type { EventReader } from '#event-store';
import { factLayoutOf, FactLayouts, JOURNEY, type TouchpointRegistry } from '#journey';
import { type DerivedTable, TABLES } from '#views';
import { Directory } from './directory.js';
import { Lru } from './lru.js';
import type { KeptPerson } from './person.js';
import { PolicyContexts } from './policy-contexts.js';
import {
  DEFAULT_LIMITS,
  type ProjectorLimits,
  type ProjectorLog,
  type ProjectorParts,
} from './projector-parts.js';
import type { Progress, ReadModel, ReadModelChange, StoredTable } from './read-model.js';
import { Tails } from './tails.js';

/** What is known of what is stored. */
interface Stored {
  readonly progress: Progress;
  readonly layouts: FactLayouts;
  readonly tables: readonly StoredTable[];
  /** By tenant, the stamp of the policies by which its rows are derived. */
  readonly stamps: ReadonlyMap<string, string | null>;
  /** Tables of persons that could not be derived. */
  readonly parkedTables: Map<string, ParkedRecord>;
}

/** What the steps of the projector work with: its parts, and what it remembers of what is stored. */
export class ProjectorContext {
  readonly events: EventReader;
  readonly readModel: ReadModel;
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
  private current: Stored | undefined;

  constructor(parts: ProjectorParts) {
    this.events = parts.events;
    this.readModel = parts.readModel;
    this.clock = parts.clock;
    this.tables = parts.tables ?? TABLES;
    this.registry = parts.registry ?? JOURNEY;
    this.limits = { ...DEFAULT_LIMITS, ...parts.limits };
    this.log = parts.log ?? (() => undefined);
    this.directory = new Directory(this.readModel);
    this.tails = new Tails(this.readModel, () => this.layouts);
    this.policies = new PolicyContexts(this.readModel, this.clock);
    this.persons = new Lru(this.limits.keptWeight);
  }

  /** Now, as RFC 3339. */
  now(): string {
    return formatTime(this.clock.now());
  }

  /** Reads how far the read model is, where it is not known. */
  async begin(): Promise<void> {
    if (this.current !== undefined) return;
    const progress = await this.readModel.progress();
    const stored = await this.readModel.layouts();
    const tables = await this.readModel.storedTables();
    const tenants = await this.readModel.tenants();
    const stamps = new Map(tenants.map(({ name, stamp }) => [name, stamp]));
    const layouts = stored.with(factLayoutOf(this.registry));
    const parkedTables = new Map<string, ParkedRecord>();
    for (const record of await this.readModel.parked())
      if (record.view !== null) parkedTables.set(parkedKey(record), record);
    this.current = { progress, layouts, tables, stamps, parkedTables };
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

  /** Why a table of a person could not be derived; undefined where it could. */
  parkedTable(tenant: string, customer: string, view: string): ParkedRecord | undefined {
    const { parkedTables } = this.known;
    return parkedTables.size === 0 ? undefined : parkedTables.get(parkedKey({ tenant, customer, view }));
  }

  /** Tables whose rows readers see and that this program can keep up: those of its own version. */
  get keptTables(): readonly DerivedTable[] {
    return this.tables.filter(({ name, version }) =>
      this.storedTables.some((stored) => stored.name === name && stored.version === version),
    );
  }

  /** Tables of which rows are being built beside those that readers see. */
  get buildingTables(): readonly DerivedTable[] {
    return this.tables.filter(({ name, version }) =>
      this.storedTables.some((stored) => stored.name === name && stored.next === version),
    );
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
    const layouts = layout === undefined ? this.layouts : this.layouts.asStored();
    const changed = (change.stamps ?? []).map(({ tenant, stamp }) => [tenant, stamp] as const);
    const stamps = changed.length === 0 ? this.stamps : new Map([...this.stamps, ...changed]);
    const progress = { ...change.progress, packedBy, commits: commits + 1 };
    for (const record of change.unparked ?? []) this.known.parkedTables.delete(parkedKey(record));
    for (const record of change.parked ?? [])
      if (record.view !== null) this.known.parkedTables.set(parkedKey(record), record);
    this.current = { ...this.known, layouts, stamps, progress };
    if (changesTables(change))
      this.current = { ...this.current, tables: await this.readModel.storedTables() };
  }

  /** Forgets all that is remembered of what is stored: after a failure, and when it was deleted. */
  forget(): void {
    this.current = undefined;
    this.directory.forget();
    this.tails.forget();
    this.policies.forget();
    this.persons.clear();
  }

  private get known(): Stored {
    if (this.current === undefined) throw new Error('the projector has not begun');
    return this.current;
  }
}

function parkedKey({ tenant, customer, view }: Pick<ParkedRecord, 'tenant' | 'customer' | 'view'>): string {
  return `${tenant} ${view} ${customer}`;
}

function changesTables({ begun = [], finished = [], abandoned = [] }: Partial<ReadModelChange>): boolean {
  return begun.length + finished.length + abandoned.length > 0;
}
