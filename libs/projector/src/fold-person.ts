import { CustomerState } from '#customer';
import type { OrderKey } from '#event-sourcing';
import type { FactLayouts, TimelineFact } from '#journey';
import type { PolicyBook, ViewContext } from '#scoring';
import { type CustomerTimeline, factsIn } from '#views';
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
    const { all, counting, targets } = factsIn(held, layouts, person.tenant, undefined);
    const context = contextOf(all.at(-1)?.occurredAt);
    const ahead = counting.findIndex(({ occurredAt }) => occurredAt > context.asOf);
    const state = new CustomerState();
    const failure = foldAll(state, ahead < 0 ? counting : counting.slice(0, ahead), context);
    if (failure === undefined)
      return {
        folded: {
          ...{ person, state, context, targets },
          last: all.at(-1),
          facts: all.length,
          ahead: counting[ahead]?.occurredAt,
        },
        failed,
      };
    failed.push(failure);
    const { customer, position } = failure.fact;
    held = held.map((timeline) =>
      timeline.customer.name === customer
        ? { ...timeline, customer: { ...timeline.customer, heldAt: position } }
        : timeline,
    );
  }
}

function foldAll(
  state: CustomerState,
  facts: readonly TimelineFact[],
  context: ViewContext,
): FailedFact | undefined {
  for (const fact of facts) {
    try {
      state.apply(fact, context);
    } catch (error) {
      return { fact, reason: reasonOf(error) };
    }
  }
  return undefined;
}
