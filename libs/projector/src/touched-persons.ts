import type { ChunkChange, TimelineFact } from '#journey';
import type { PolicyBook } from '#scoring';
import type { CustomerRecord, CustomerTimeline, DerivedTable, TableRow } from '#views';
import type { ReadPerson } from './derive-range.js';
import type { FoldedPerson } from './fold-person.js';
import type { KeptPerson, ProjectedPerson } from './person.js';
import type { PendingTables } from './pending-tables.js';
import { PersonDeriver } from './person-deriver.js';
import type { ProjectorContext } from './projector-context.js';
import type { Derived, RowsChange } from './read-model.js';
import { byKey, NO_ROWS, readRowsChange, rebuiltRows, rowsChange, storedRows } from './table-changes.js';

/** Even a state of nothing takes room. */
const PERSON_WEIGHT = 20;

/** Derives rows of persons, and remembers their states: one for each page, job step or other commit. */
export class TouchedPersons {
  private readonly rows: RowsChange[] = [];
  private readonly deriver: PersonDeriver;

  constructor(
    private readonly context: ProjectorContext,
    bookOf: (tenant: string) => PolicyBook,
    /** To whom those are added whose rows are to be derived later; undefined: rows are derived at once. */
    private readonly pending?: PendingTables,
  ) {
    this.deriver = new PersonDeriver(context, bookOf);
  }

  /** What was derived so far, with the number of facts folded for it. */
  get derived(): Derived & { readonly facts: number } {
    const { parked, unparked, held, facts } = this.deriver;
    return { rows: this.rows, parked, unparked, held, facts };
  }

  /** Folds new facts, all behind what is kept, onto a kept state. False: one cannot be folded; it is to be folded again. */
  foldOn(person: ProjectedPerson, kept: KeptPerson, facts: readonly TimelineFact[]): boolean {
    const { context } = this;
    context.touch(person.tenant, person.members);
    const last = facts.at(-1)!;
    const view = context.policies.contextOf(this.deriver.bookOf(person.tenant), last.occurredAt);
    if (view.stamp !== kept.stamp || last.occurredAt > view.asOf) return false;
    try {
      for (const fact of facts) kept.state.apply(fact, view);
    } catch {
      // The state is half changed now: it is folded again, which finds the fact that cannot be folded.
      context.persons.delete(person.survivor.number);
      return false;
    }
    kept.last = last;
    if (this.pending === undefined) this.writeKept(person, kept, view);
    else this.postpone(person);
    return true;
  }

  /** Derives the rows of persons whose facts are stored already. */
  async deriveStored(persons: readonly ProjectedPerson[]): Promise<void> {
    const { context } = this;
    const again: ProjectedPerson[] = [];
    const folded: FoldedPerson[] = [];
    for (const person of persons) {
      const kept = context.persons.get(person.survivor.number);
      const lastAt = kept?.last?.occurredAt;
      const view = context.policies.contextOf(this.deriver.bookOf(person.tenant), lastAt);
      if (kept?.stamp !== view.stamp || (lastAt ?? -Infinity) > view.asOf) again.push(person);
      else if (kept.rows !== undefined) this.writeKept(person, kept, view);
      else folded.push({ ...kept, person, context: view, facts: 0, ahead: undefined });
    }
    await this.compare([...folded, ...(await this.folded(again))]);
  }

  /** Writes what facts have changed in the rows of a kept state. */
  private writeKept(person: ProjectedPerson, kept: KeptPerson, view: FoldedPerson['context']): void {
    const { context } = this;
    const written = context.keptTables.filter((table) => this.writeChanged(person, table, kept, view));
    if (context.buildingTables.length > 0 && this.isBuilt(person))
      for (const table of context.buildingTables)
        this.build(
          person,
          table,
          this.deriver.rowsOf({ person, state: kept.state, context: view }, table, {}),
        );
    if (written.length === context.keptTables.length) kept.state.markDerived();
    this.keep(person, kept);
  }

  /** Folds persons from all that is stored of them, with what is about to be, and compares their rows with the stored ones. */
  async foldAgain(
    persons: readonly ProjectedPerson[],
    changes: ReadonlyMap<number, ChunkChange>,
  ): Promise<void> {
    await this.compare(await this.folded(persons, changes));
  }

  /**
   * The same, where the rows may be derived later. A person that cannot be folded whole shows less than before: rows never have
   * what the timelines do not, so theirs are derived at once.
   */
  async foldLate(
    persons: readonly ProjectedPerson[],
    changes: ReadonlyMap<number, ChunkChange>,
  ): Promise<void> {
    if (this.pending === undefined) return this.foldAgain(persons, changes);
    const now: FoldedPerson[] = [];
    for (const one of await this.folded(persons, changes)) {
      const { person, context: view, state, last, targets, ahead } = one;
      if (this.deriver.held.some(({ number }) => person.members.some((member) => member.number === number)))
        now.push(one);
      else {
        if (ahead === undefined)
          this.keep(person, { stamp: view.stamp, state, last, targets, rows: undefined });
        else this.context.persons.delete(person.survivor.number);
        this.postpone(person);
      }
    }
    await this.compare(now);
  }

  private postpone({ tenant, survivor }: ProjectedPerson): void {
    this.pending!.add(tenant, survivor);
  }

  private async folded(
    persons: readonly ProjectedPerson[],
    changes: ReadonlyMap<number, ChunkChange> = new Map(),
  ): Promise<readonly FoldedPerson[]> {
    if (persons.length === 0) return [];
    const { context } = this;
    const { stored: state } = context;
    const members = persons.flatMap((person) => person.members);
    const stored = members.filter(({ number }) => !context.isNew(number));
    const timelines = new Map(
      (await state.timelines(stored)).map((timeline) => [timeline.customer.number, timeline]),
    );
    const timelineOf = (customer: CustomerRecord): CustomerTimeline => {
      const { chunks } = timelines.get(customer.number) ?? { chunks: [] };
      return withChange({ customer, chunks }, changes);
    };
    return persons.map((person) => this.deriver.fold(person, person.members.map(timelineOf)));
  }

  /** Folds persons whose timelines were read on the way through all of them: states that are not kept are not kept now. */
  async foldRead(read: readonly ReadPerson[]): Promise<void> {
    await this.compare(
      read.map(({ person, timelines }) => this.deriver.fold(person, timelines)),
      (number) => this.context.persons.has(number),
    );
  }

  /** Folds a person from what is stored of it, and writes all its rows anew, whatever is stored of those. */
  async rewrite(person: ProjectedPerson): Promise<void> {
    const { context } = this;
    const folded = this.deriver.fold(person, await context.stored.timelines(person.members));
    const generations = [
      ['current', context.keptTables],
      ['next', this.isBuilt(person) ? context.buildingTables : []],
    ] as const;
    for (const [generation, tables] of generations)
      for (const table of tables) {
        const rows = this.deriver.rowsOf(folded, table, { ahead: folded.ahead });
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
      context.touch(person.tenant, person.members);
      context.persons.delete(person.survivor.number);
      for (const table of context.tables) this.deriver.derivable(person, table);
    }
  }

  /** Writes what differs from the stored rows, and remembers the states that `keeps` names. */
  private async compare(
    folded: readonly FoldedPerson[],
    keeps: (person: number) => boolean = () => true,
  ): Promise<void> {
    if (folded.length === 0) return;
    const { context } = this;
    // New persons have no rows yet.
    const numbers = folded
      .map(({ person }) => person.survivor.number)
      .filter((number) => !context.isNew(number));
    const remembered = folded.map(() => ({ tables: 0, rows: new Map<string, Map<string, TableRow>>() }));
    const building = new Set(context.buildingTables);
    const kept = new Set(context.keptTables);
    const storedByTable = await storedRows(context, [...kept], numbers);
    for (const table of new Set([...kept, ...building])) {
      const stored = storedByTable.get(table.name);
      folded.forEach((one, i) => {
        const { person, ahead } = one;
        const rows = this.deriver.rowsOf(one, table, { ahead });
        if (building.has(table) && this.isBuilt(person)) this.build(person, table, rows);
        if (rows === undefined || stored === undefined) return;
        this.write(readRowsChange(table, person, stored.get(person.survivor.number) ?? NO_ROWS, rows));
        remembered[i]!.tables += 1;
        if (rows.length > 0) remembered[i]!.rows.set(table.name, byKey(rows));
      });
    }
    folded.forEach(({ person, state, context: view, last, targets, ahead }, i) => {
      const { tables, rows } = remembered[i]!;
      // What could not be derived has rows that are not known here, and what is ahead of the clock is not folded yet.
      const isWhole = tables === kept.size && ahead === undefined;
      if (isWhole && keeps(person.survivor.number)) {
        state.markDerived();
        this.keep(person, { stamp: view.stamp, state, last, targets, rows });
      } else context.persons.delete(person.survivor.number);
    });
  }

  private build(person: ProjectedPerson, table: DerivedTable, rows: readonly TableRow[] | undefined): void {
    if (rows !== undefined) this.rows.push(rebuiltRows(table, person, rows));
  }

  /** Whether a rebuild has passed this person; whom it will come to later it derives then. */
  private isBuilt({ survivor }: ProjectedPerson): boolean {
    // How far another process has come with it is not known here.
    if (this.context.isSpread) return true;
    const { rebuild } = this.context;
    return rebuild === undefined || survivor.number <= rebuild.after;
  }

  /** Writes what facts have changed in a table's rows. False: the rows cannot be derived. */
  private writeChanged(
    person: ProjectedPerson,
    table: DerivedTable,
    kept: KeptPerson,
    view: FoldedPerson['context'],
  ): boolean {
    const rows = this.deriver.rowsOf({ person, state: kept.state, context: view }, table, { changed: true });
    if (rows === undefined) return false;
    if (rows.length === 0 && table.changedRows !== undefined) return true;
    const known = kept.rows!;
    let stored = known.get(table.name);
    if (stored === undefined) known.set(table.name, (stored = new Map()));
    const change = rowsChange(table, person, stored, rows, table.changedRows === undefined);
    if (change === undefined) return true;
    for (const { row } of change.put) stored.set(row.key, row);
    for (const key of change.gone) stored.delete(key);
    this.rows.push(change);
    return true;
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
