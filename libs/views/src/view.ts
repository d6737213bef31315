import type { CustomerState } from '#customer';
import type { Json } from '#event-sourcing';
import type { ViewContext } from '#scoring';
import type { DerivedTable } from './table.js';

/** How a view's score is taken apart along the customer's path. */
export interface ViewScore {
  /** What a gap between events is called. */
  readonly gap: 'silence' | 'ageing';
  /** The score at `context.asOf`, not rounded; null while there is none. */
  score(state: CustomerState, context: ViewContext): number | null;
  /** What the score rests on: a change of it is shown as a line of its own. */
  kind(state: CustomerState, context: ViewContext): string;
  /** The score before anything is known; null where there is none before the first event. */
  opening(context: ViewContext): number | null;
}

/** One question about a customer, published from the fold. */
export interface View<Name extends string = string, Published = unknown> {
  /** Its name in URLs: `churn-risk`. */
  readonly name: Name;
  /** Its name as a member of an answer: `churnRisk`. */
  readonly member: string;
  /** Raised when what it publishes means something else. */
  readonly version: number;
  /** One sentence, for OpenAPI and the command line. */
  readonly summary: string;
  /** JSON Schema of what it publishes: OpenAPI, the typed client and the answers' test come from it. */
  readonly schema: { readonly [keyword: string]: Json };
  /** The view of the state at `context.asOf`. */
  publish(state: CustomerState, context: ViewContext): Published;
  /** Tables across customers that this view owns. */
  readonly tables: readonly DerivedTable[];
  /** Present where the view has a score that can be explained. */
  readonly score?: ViewScore;
}

/** Declares a view. */
export function defineView<const Name extends string, Published>(
  view: View<Name, Published>,
): View<Name, Published> {
  return view;
}
