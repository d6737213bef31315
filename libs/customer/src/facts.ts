import type { FactName, FactOf } from '#journey';

/** The facts of several touchpoints, told apart by `type`. */
export type FactsOf<Name extends FactName> = { readonly [N in Name]: FactOf<N> }[Name];
