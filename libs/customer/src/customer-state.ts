import type { Fact } from '#event-sourcing';
import type { FoldContext } from '#scoring';

/**
 * What is known of one person after some facts: facets, each folded once and changed in place. Views read it; nothing
 * but `apply` changes it, so that a state can be kept, read at any `asOf` from `lastAt` on, and folded on.
 */
export class CustomerState {
  /** Business time (ms) of the last fact folded; undefined: nothing is known. */
  lastAt: number | undefined;

  /** Folds the next fact in business order. */
  apply(fact: Fact, _context: FoldContext): void {
    this.lastAt = fact.occurredAt;
  }
}

/** Folds facts in business order, onto a state that it changes, or from nothing. */
export function foldCustomer(
  facts: Iterable<Fact>,
  context: FoldContext,
  state = new CustomerState(),
): CustomerState {
  for (const fact of facts) state.apply(fact, context);
  return state;
}
