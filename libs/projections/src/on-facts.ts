import type { Cells, Handler } from '#event-sourcing';
import type { FactName, FactOf } from '#journey';
import type { FoldContext } from '#scoring';

/** The facts of several touchpoints, told apart by `type`. */
export type FactsOf<Name extends FactName> = { readonly [N in Name]: FactOf<N> }[Name];

/** What a fact makes of the root cell. Other cells are changed in passing. */
export type Change<State, Name extends FactName> = (
  state: State,
  fact: FactsOf<Name>,
  cells: Cells,
  context: FoldContext,
) => State;

/** The touchpoints of a customer's life that change neither risk nor loyalty, but show that the customer is there. */
export const PRESENCE = [
  'PurchaseReturned',
  'OfferMade',
  'CompetitorRecommended',
  'CustomerIdentified',
  'PreferenceStated',
] as const satisfies readonly FactName[];

/** The handlers of a projection, by touchpoint. */
export type Handlers = { readonly [type: string]: Handler<FoldContext> };

/** One change of the root for several touchpoints; `root` reads the root cell, `write` stores it. */
export function changing<State, Name extends FactName>(
  types: readonly Name[],
  change: Change<State, Name>,
  apply: (cells: Cells, occurredAt: number, context: FoldContext, change: (state: State) => State) => void,
): Handlers {
  const handler: Handler<FoldContext> = (cells, fact, context) =>
    apply(cells, fact.occurredAt, context, (state) =>
      // A handler is only ever called with facts of the types that it is registered for.
      change(state, fact as unknown as FactsOf<Name>, cells, context),
    );
  return Object.fromEntries(types.map((type) => [type, handler]));
}
