import { type ParkedRecord, storedPosition } from '#event-sourcing';
import type { PolicyBook } from '#scoring';
import type { CustomerTimeline, DerivedTable, TableRow } from '#views';
import type { DerivingContext } from './deriving-context.js';
import { foldPerson, type FoldedPerson } from './fold-person.js';
import type { ProjectedPerson } from './person.js';
import type { Held } from './read-model.js';
import { derivedRows, parkedTable } from './table-changes.js';

/** What a parked record names where no view of a customer goes on, since a fact cannot be folded. */
export const FOLD = '*';

/** Folds persons and derives their rows; what fails is remembered for the commit, and stops nothing else. */
export class PersonDeriver {
  readonly parked: ParkedRecord[] = [];
  /** Of tables that could not be derived before. */
  readonly unparked: ParkedRecord[] = [];
  readonly held: Held[] = [];
  /** Facts folded. */
  facts = 0;

  constructor(
    private readonly context: DerivingContext,
    readonly bookOf: (tenant: string) => PolicyBook,
  ) {}

  /** Folds a person; a fact that cannot be folded holds its customer. */
  fold(person: ProjectedPerson, timelines: readonly CustomerTimeline[]): FoldedPerson {
    const { context } = this;
    context.touch(person.tenant, person.members);
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

  /** The rows of a person in a table; undefined where they cannot be derived, which parks that table of the person. */
  rowsOf(
    { person, state, context: view }: Pick<FoldedPerson, 'person' | 'state' | 'context'>,
    table: DerivedTable,
    options: Parameters<typeof derivedRows>[4],
  ): readonly TableRow[] | undefined {
    const failed = (reason: string) => this.parked.push(parkedTable(person, table, reason, this.context));
    const rows = derivedRows(table, state, view, failed, options);
    if (rows !== undefined) this.derivable(person, table);
    return rows;
  }

  /** A table of the person that was parked is no longer. */
  derivable({ tenant, survivor }: ProjectedPerson, { name }: DerivedTable): void {
    const parked = this.context.parkedTable(tenant, survivor.name, name);
    if (parked !== undefined) this.unparked.push(parked);
  }
}
