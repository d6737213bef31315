import type { Fact } from './fact.js';
import type { ListDefinition, ListRow } from './list.js';

/** The key of the cell that every customer's state has. */
export const ROOT = '';

/** A customer's folded state in a projection, to read: named cells, each a small JSON value. */
export interface ReadonlyCells {
  get<T>(key: string): T | undefined;
}

/** Cells that have been read for a view; what was not read is not there. */
export interface LoadedCells extends ReadonlyCells {
  /** The keys of the cells that are there, in no particular order. */
  keys(): Iterable<string>;
}

/**
 * A customer's cells, to write. A value that was set is never changed in place: handlers set a new one. Only cells named by
 * `touches` may be used, since only those were loaded.
 */
export interface Cells extends ReadonlyCells {
  set(key: string, value: unknown): void;
  delete(key: string): void;
}

/** What an event means to a view. Pure: the policies come with the context, there is no clock. */
export type Handler<Context, F extends Fact = Fact> = (cells: Cells, fact: F, context: Context) => void;

/**
 * One question about a customer, answered by folding that customer's facts in business order. The state is a set
 * of *cells*, so that a customer of 100,000 events costs no more per event than one of ten: a handler touches the
 * root and the issue, contact or promise its event names.
 *
 * `Context` is what the fold needs besides the events (policies in force); `ViewContext` adds `asOf`.
 */
export interface Projection<Context = never, ViewContext = never, View = unknown> {
  /** The view's name in URLs: `churn-risk`. */
  readonly name: string;
  /** Raised when the meaning of the stored cells changes: they are rebuilt. */
  readonly version: number;
  /** Handlers by touchpoint name; what is not named here does not concern the view. */
  readonly handlers: { readonly [type: string]: Handler<Context> };
  /** The keys of the cells that this fact's handler reads or writes (ROOT included if so). */
  touches(fact: Fact): readonly string[];
  /** The keys, besides ROOT, that `view` reads, given the root cell; `all` when the root has too many to name. */
  viewTouches(root: unknown): readonly string[] | 'all';
  /** The published view of the state at `context.asOf`. */
  view(cells: LoadedCells, context: ViewContext): View;
  /** The list this view keeps across customers; its rows are derived cell by cell. */
  readonly list?: ListDefinition;
  /** The list's rows that one cell stands for: they replace those it stood for before. */
  rows?(key: string, cell: unknown, context: ViewContext): readonly ListRow[];
}
