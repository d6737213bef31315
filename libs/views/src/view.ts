import type { CustomerState } from '#customer';
import type { Beside, ViewContext } from '#scoring';
import type { Members, ObjectOf, ObjectSchema } from './schema.js';
import type { DerivedTable } from './table.js';

/** A score at one moment. */
export interface ScoreAt {
  /** Not rounded; null while there is none. */
  readonly score: number | null;
  /** The band, and the excess that decides on it where that is not the score itself. */
  readonly beside: Beside;
}

/** How a view's score is taken apart along the customer's path. */
export interface ViewScore {
  /** What a gap between events is called. */
  readonly gap: 'silence' | 'ageing';
  /** The score at `context.asOf` with what is shown beside it. */
  at(state: CustomerState, context: ViewContext): ScoreAt;
  /** What the score rests on: a change of it is shown as a line of its own. */
  kind(state: CustomerState, context: ViewContext): string;
  /** The score before anything is known; null where there is none before the first event. */
  opening(context: ViewContext): number | null;
  /** What the score rests on, each by a name, in words: a replay shows which of them an event has changed. */
  restsOn(state: CustomerState, context: ViewContext): ReadonlyMap<string, string>;
}

/** By which bands a view's customers are counted. */
export interface ViewBands {
  /** Has one row a customer. */
  readonly table: DerivedTable;
  readonly column: string;
  /** In the order in which they are shown. */
  readonly names: readonly string[];
  /** A score from 0 to `end` whose customers are counted in steps, too. */
  readonly score?: { readonly column: string; readonly step: number; readonly end: number };
}

/** One question about a customer, published from the fold. */
export interface View<Name extends string = string, M extends Members = Members> {
  /** Its name in URLs: `churn-risk`. */
  readonly name: Name;
  /** Its name as a member of an answer: `churnRisk`. */
  readonly member: string;
  /** Raised when what it publishes means something else. */
  readonly version: number;
  /** One sentence, for OpenAPI and the command line. */
  readonly summary: string;
  /** What it publishes: the TypeScript type, OpenAPI, the typed client and the answers' test come from it. */
  readonly schema: ObjectSchema<M>;
  /** The view of the state at `context.asOf`. */
  publish(state: CustomerState, context: ViewContext): ObjectOf<M>;
  /** Tables across customers that this view owns. */
  readonly tables: readonly DerivedTable[];
  /** Present where customers can be counted by a band of the view. */
  readonly bands?: ViewBands;
  /** Present where the view has a score that can be explained. */
  readonly score?: ViewScore;
}

/** Declares a view. */
export function defineView<const Name extends string, M extends Members>(view: View<Name, M>): View<Name, M> {
  return view;
}
