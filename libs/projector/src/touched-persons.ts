import { type ParkedRecord, storedPosition } from '#event-sourcing';
import type { ChunkChange, TimelineFact } from '#journey';
import type { PolicyBook } from '#scoring';
import type { CustomerRecord, CustomerTimeline, DerivedTable, TableRow } from '#views';
import { foldPerson, type FoldedPerson } from './fold-person.js';
import type { KeptPerson, ProjectedPerson } from './person.js';
import type { ProjectorContext } from './projector-context.js';
import type { RowsChange } from './read-model.js';
import {
  derivedRows,
  NO_ROWS,
  parkedTable,
  rebuiltRows,
  type RowsByKey,
  rowsChange,
  storedRows,
  takeOver,
} from './table-changes.js';

/** What a parked record names where no view of a customer goes on, since a fact cannot be folded. */
export const FOLD = '*';

/** Even a state of nothing takes room. */
const PERSON_WEIGHT = 20;

/** Customers held from a position on. */
export interface Held {
  readonly tenant: string;
  readonly customer: string;
  readonly number: number;
  readonly heldAt: number;
}

/** A person with what was read of it. */
export interface ReadPerson {
  readonly person: ProjectedPerson;
  readonly timelines: readonly CustomerTimeline[];
}

/** What deriving persons comes to: to be committed together. */
export interface Derived {
  readonly rows: readonly RowsChange[];
  readonly parked: readonly ParkedRecord[];
  /** Of tables that could not be derived before. */
  readonly unparked: readonly ParkedRecord[];
  readonly held: readonly Held[];
  /** Facts folded. */
  readonly facts: number;
}

/** Derives rows of persons, and remembers their states: one for each page, job step or other commit. */
export class TouchedPersons {
  private readonly rows: RowsChange[] = [];
  private readonly parked: ParkedRecord[] = [];
  private readonly unparked: ParkedRecord[] = [];
  private readonly held: Held[] = [];
  private facts = 0;

  constructor(
    private readonly context: ProjectorContext,
    private readonly bookOf: (tenant: string) => PolicyBook,
  ) {}

  get derived(): Derived {
    const { rows, parked, unparked, held, facts } = this;
    return { rows, parked, unparked, held, facts };
  }

  /** Folds new facts, all behind what is kept, onto a kept state. False: one cannot be folded; it is to be folded again. */
  foldOn(person: ProjectedPerson, kept: KeptPerson, facts: readonly TimelineFact[]): boolean {
    const { context } = this;
    const last = facts.at(-1)!;
    const view = context.policies.contextOf(this.bookOf(person.tenant), last.occurredAt);
    if (view.stamp !== kept.stamp || last.occurredAt > view.asOf) return false;
    try {
      for (const fact of facts) kept.state.apply(fact, view);
    } catch {
      // The state is half changed now: it is folded again, which finds the fact that cannot be folded.
      context.persons.delete(person.survivor.number);
      return false;
    }
    kept.last = last;
    const written = context.keptTables.filter((table) => this.writeChanged(person, table, kept, view));
    if (context.buildingTables.length > 0 && this.isBuilt(person))
      for (const table of context.buildingTables)
        this.build(person, table, this.rowsOf(person, table, kept.state, view, {}));
    if (written.length === context.keptTables.length) kept.state.markDerived();
    this.keep(person, kept);
    return true;
  }

  /** Folds persons from all that is stored of them, with what is about to be, and compares their rows with the stored ones. */
  async foldAgain(
    persons: readonly ProjectedPerson[],
    changes: ReadonlyMap<number, ChunkChange>,
  ): Promise<void> {
    if (persons.length === 0) return;
    const { stored: state, progress } = this.context;
    const members = persons.flatMap((person) => person.members);
    const stored = members.filter(({ number }) => number <= progress.customers);
    const timelines = new Map(
      (await state.timelines(stored)).map((timeline) => [timeline.customer.number, timeline]),
    );
    const timelineOf = (customer: CustomerRecord): CustomerTimeline => {
      const { chunks } = timelines.get(customer.number) ?? { chunks: [] };
      return withChange({ customer, chunks }, changes);
    };
    await this.compare(persons.map((person) => this.fold(person, person.members.map(timelineOf))));
  }

  /** Folds persons whose timelines were read on the way through all of them: states that are not kept are not kept now. */
  async foldRead(read: readonly ReadPerson[]): Promise<void> {
    await this.compare(
      read.map(({ person, timelines }) => this.fold(person, timelines)),
      (number) => this.context.persons.has(number),
    );
  }

  /** The same only for the rows that are being built beside those that readers see. */
  buildRead(read: readonly ReadPerson[]): void {
    for (const { person, timelines } of read) {
      const { state, context: view, ahead } = this.fold(person, timelines);
      for (const table of this.context.buildingTables)
        this.build(person, table, this.rowsOf(person, table, state, view, { ahead }));
    }
  }

  /** Folds a person from what is stored of it, and writes all its rows anew, whatever is stored of those. */
  async rewrite(person: ProjectedPerson): Promise<void> {
    const { context } = this;
    const { state, context: view, ahead } = this.fold(person, await context.stored.timelines(person.members));
    const generations = [
      ['current', context.keptTables],
      ['next', context.buildingTables],
    ] as const;
    for (const [generation, tables] of generations)
      for (const table of tables) {
        const rows = this.rowsOf(person, table, state, view, { ahead });
        if (rows !== undefined) this.rows.push({ ...rebuiltRows(table, person, rows), generation });
      }
    context.persons.delete(person.survivor.number);
  }

  /** Nobody is stored under this customer any more. */
  gone(persons: readonly ProjectedPerson[]): void {
    const { context } = this;
    for (const table of [...context.keptTables, ...context.buildingTables]) {
      const building = context.buildingTables.includes(table);
      for (const { tenant, survivor } of persons) {
        const change = { table: table.name, tenant, person: survivor, put: [], gone: 'all' } as const;
        this.rows.push({ ...change, generation: 'current' });
        if (building) this.rows.push({ ...change, generation: 'next' });
      }
    }
    for (const person of persons) {
      context.persons.delete(person.survivor.number);
      for (const table of context.tables) this.derivable(person, table);
    }
  }

  private fold(person: ProjectedPerson, timelines: readonly CustomerTimeline[]): FoldedPerson {
    const { context } = this;
    const book = this.bookOf(person.tenant);
    const { folded, failed } = foldPerson(person, timelines, context.layouts, book, (lastAt) =>
      context.policies.contextOf(book, lastAt),
    );
    for (const { fact, reason } of failed) {
      const { number, name } = person.members.find((member) => member.name === fact.customer)!;
      this.held.push({ tenant: person.tenant, customer: name, number, heldAt: fact.position });
      this.parked.push({
        tenant: person.tenant,
        customer: name,
        view: FOLD,
        position: storedPosition(fact.position),
        eventId: fact.eventId,
        reason,
        since: context.now(),
      });
    }
    this.facts += folded.facts;
    return folded;
  }

  /** Writes what differs from the stored rows, and remembers the states that `keeps` names. */
  private async compare(
    folded: readonly FoldedPerson[],
    keeps: (person: number) => boolean = () => true,
  ): Promise<void> {
    const { context } = this;
    const numbers = folded.map(({ person }) => person.survivor.number);
    const remembered = folded.map(() => new Map<string, Map<string, TableRow>>());
    const building = new Set(context.buildingTables);
    const kept = new Set(context.keptTables);
    const storedByTable = await storedRows(context, [...kept], numbers);
    for (const table of new Set([...kept, ...building])) {
      const stored = storedByTable.get(table.name);
      folded.forEach(({ person, state, context: view, ahead }, i) => {
        const rows = this.rowsOf(person, table, state, view, { ahead });
        if (building.has(table) && this.isBuilt(person)) this.build(person, table, rows);
        if (rows === undefined || stored === undefined) return;
        this.write(rowsChange(table, person, stored.get(person.survivor.number) ?? NO_ROWS, rows));
        remembered[i]!.set(table.name, rows);
      });
    }
    folded.forEach(({ person, state, context: view, last, targets, ahead }, i) => {
      const rows = remembered[i]!;
      // What could not be derived has rows that are not known here, and what is ahead of the clock is not folded yet.
      const isWhole = rows.size === kept.size && ahead === undefined;
      if (isWhole && keeps(person.survivor.number)) {
        state.markDerived();
        this.keep(person, { stamp: view.stamp, state, last, targets, rows });
      } else context.persons.delete(person.survivor.number);
    });
  }

  private build(person: ProjectedPerson, table: DerivedTable, rows: RowsByKey | undefined): void {
    if (rows !== undefined) this.rows.push(rebuiltRows(table, person, rows));
  }

  /** Whether a rebuild has passed this person; whom it will come to later it derives then. */
  private isBuilt({ survivor }: ProjectedPerson): boolean {
    const job = this.context.jobs.find(({ kind }) => kind === 'rebuild');
    return job === undefined || survivor.number <= job.after;
  }

  /** Writes what facts have changed in a table's rows. False: the rows cannot be derived. */
  private writeChanged(
    person: ProjectedPerson,
    table: DerivedTable,
    kept: KeptPerson,
    view: FoldedPerson['context'],
  ): boolean {
    const rows = this.rowsOf(person, table, kept.state, view, { changed: true });
    if (rows === undefined) return false;
    const stored = kept.rows.get(table.name) ?? new Map<string, TableRow>();
    if (table.changedRows !== undefined) this.write(takeOver(table, person, stored, rows));
    else this.write(rowsChange(table, person, stored, rows));
    kept.rows.set(table.name, table.changedRows === undefined ? rows : stored);
    return true;
  }

  private rowsOf(
    person: ProjectedPerson,
    table: DerivedTable,
    state: FoldedPerson['state'],
    view: FoldedPerson['context'],
    options: Parameters<typeof derivedRows>[4],
  ): Map<string, TableRow> | undefined {
    const failed = (reason: string) => this.parked.push(parkedTable(person, table, reason, this.context));
    const rows = derivedRows(table, state, view, failed, options);
    if (rows !== undefined) this.derivable(person, table);
    return rows;
  }

  /** A table of the person that was parked is no longer. */
  private derivable({ tenant, survivor }: ProjectedPerson, { name }: DerivedTable): void {
    const parked = this.context.parkedTable(tenant, survivor.name, name);
    if (parked !== undefined) this.unparked.push(parked);
  }

  private write(change: RowsChange | undefined): void {
    if (change !== undefined) this.rows.push(change);
  }

  private keep({ survivor }: ProjectedPerson, kept: KeptPerson): void {
    this.context.persons.set(survivor.number, kept, kept.state.size + PERSON_WEIGHT);
  }
}

/** A timeline as it will be once a change is committed. */
function withChange(timeline: CustomerTimeline, changes: ReadonlyMap<number, ChunkChange>): CustomerTimeline {
  const change = changes.get(timeline.customer.number);
  if (change === undefined) return timeline;
  const written = new Set(change.chunks.map(({ number }) => number));
  const kept = timeline.chunks.filter(
    ({ number }) => !written.has(number) && (change.cut === undefined || number < change.cut),
  );
  return { ...timeline, chunks: [...kept, ...change.chunks].sort((a, b) => a.number - b.number) };
}
