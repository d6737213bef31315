import { CustomerState } from '#customer';
import type { OrderKey } from '#event-sourcing';
import type { FactLayouts, TimelineFact } from '#journey';
import type { PolicyBook, ViewContext } from '#scoring';
import { type CustomerTimeline, PersonFacts } from '#views';
import { reasonOf } from './incoming.js';
import type { ProjectedPerson } from './person.js';

/** A person folded from all that is stored of it. */
export interface FoldedPerson {
  readonly person: ProjectedPerson;
  readonly state: CustomerState;
  readonly context: ViewContext;
  /** The last fact in business order, whether it counts or not. */
  readonly last: OrderKey | undefined;
  readonly targets: ReadonlySet<string>;
  readonly facts: number;
  /** Time (ms) of the first fact that is too far ahead of the clock to be folded; undefined: all are folded. */
  readonly ahead: number | undefined;
}

/** A fact that cannot be folded: nothing beyond it is, of the customer it was published to. */
export interface FailedFact {
  readonly fact: TimelineFact;
  readonly reason: string;
}

/**
 * Folds a person from its timelines. A fact that cannot be folded holds its customer, and the person is folded again
 * without what lies beyond it; `failed` names every such fact.
 */
export function foldPerson(
  person: ProjectedPerson,
  timelines: readonly CustomerTimeline[],
  layouts: FactLayouts,
  book: PolicyBook,
  contextOf: (lastAt: number | undefined) => ViewContext,
): { readonly folded: FoldedPerson; readonly failed: readonly FailedFact[] } {
  const failed: FailedFact[] = [];
  for (let held = timelines; ;) {
    const facts = new PersonFacts(held, layouts, person.tenant);
    const { last, size, targets } = facts;
    const context = contextOf(last?.occurredAt);
    const { state, ahead, failure } = foldAll(facts, context);
    if (failure === undefined)
      return { folded: { person, state, context, targets, last, facts: size, ahead }, failed };
    failed.push(failure);
    const { customer, position } = failure.fact;
    held = held.map((timeline) =>
      timeline.customer.name === customer
        ? { ...timeline, customer: { ...timeline.customer, heldAt: position } }
        : timeline,
    );
  }
}

/** `ahead`: the time of the fact before which folding ended, since it is too far ahead of the clock. */
function foldAll(
  facts: PersonFacts,
  context: ViewContext,
): Pick<FoldedPerson, 'state' | 'ahead'> & { readonly failure?: FailedFact } {
  const state = new CustomerState();
  for (const portion of facts.countingPortions())
    for (const fact of portion) {
      if (fact.occurredAt > context.asOf) return { state, ahead: fact.occurredAt };
      try {
        state.apply(fact, context);
      } catch (error) {
        return { state, ahead: undefined, failure: { fact, reason: reasonOf(error) } };
      }
    }
  return { state, ahead: undefined };
}
