import {
  compareOrder,
  type Cells,
  type Fact,
  type Handler,
  type ListRow,
  type OrderKey,
  type SnapshotRecord,
  type StateChange,
  type StateKey,
  type ViewHead,
} from '#event-sourcing';
import { CellSet } from './cell-set.js';
import type { AnyProjection } from './projector-parts.js';

/** The context of a tenant: what handlers, views and rows are given. */
export interface StampedContext {
  readonly stamp: string;
  readonly asOf: number;
}

/** Where a fold begins: at the stored state, at a snapshot, or with nothing. */
export type FoldStart =
  | { readonly from: 'head' | 'snapshot'; readonly head: ViewHead }
  | { readonly from: 'nothing'; readonly head?: undefined };

/** One fold of one customer in one view: given facts in business order, it says what the state becomes. */
export class CustomerFold {
  readonly cells = new CellSet();
  /** The fact that was handled last, or at which it failed. */
  reached: OrderKey | undefined;
  private readonly snapshots: SnapshotRecord[] = [];
  private last: OrderKey | undefined;
  private count: number;

  constructor(
    readonly projection: AnyProjection,
    readonly state: StateKey,
    private readonly context: StampedContext,
    readonly start: FoldStart,
  ) {
    this.last = start.head?.last;
    this.count = start.head?.count ?? 0;
  }

  /** Of these facts those the view has a handler for and that lie behind the start. */
  wanted(facts: readonly Fact[]): readonly Fact[] {
    const from = this.start.head?.last;
    return facts.filter(
      (fact) =>
        this.projection.handlers[fact.type] !== undefined &&
        (from === undefined || compareOrder(fact, from) > 0),
    );
  }

  /** Cells these facts touch that are not there yet. */
  missing(facts: readonly Fact[]): readonly string[] {
    const missing = new Set<string>();
    for (const fact of facts) {
      for (const key of this.projection.touches(fact)) if (!this.cells.has(key)) missing.add(key);
    }
    return [...missing];
  }

  /** Folds wanted facts whose cells are there; every `snapshotEvents` of them the state is kept. Throws what a handler throws. */
  fold(facts: readonly Fact[], snapshotEvents: number): void {
    for (const fact of facts) {
      this.reached = fact;
      const handler = this.projection.handlers[fact.type] as unknown as Handler<StampedContext>;
      handler(this.cells as Cells, fact, this.context);
      this.last = fact;
      this.count += 1;
      if (this.start.from !== 'head' && this.count % snapshotEvents === 0) {
        this.snapshots.push({ head: this.head()!, changed: this.cells.takeChanged() });
      }
    }
  }

  /** What is to be stored; `disturbed` is the earliest event that is new, gone or moved. */
  change(disturbed: OrderKey | undefined): StateChange {
    const head = this.head();
    const replace = this.start.from === 'nothing' || head === null;
    const cells =
      head === null ? new Map<string, string | null>() : this.cells.result(this.start.from === 'snapshot');
    return {
      ...this.state,
      head,
      replace,
      cells: replace ? withoutDeleted(cells) : cells,
      rows: this.rows(cells),
      dropSnapshotsFrom: this.start.from === 'snapshot' ? disturbed : undefined,
      snapshots: this.snapshots,
    };
  }

  private head(): ViewHead | null {
    if (this.last === undefined) return null;
    const { occurredAt, sequence, step, eventId } = this.last;
    return { stamp: this.context.stamp, last: { occurredAt, sequence, step, eventId }, count: this.count };
  }

  private rows(cells: ReadonlyMap<string, string | null>): ReadonlyMap<string, readonly ListRow[]> {
    return rowsOf(this.projection, this.context, cells, (key) => this.cells.get(key));
  }
}

/** The list rows that each of these cells stands for. */
export function rowsOf(
  projection: AnyProjection,
  context: StampedContext,
  cells: ReadonlyMap<string, string | null>,
  valueOf: (key: string) => unknown,
): ReadonlyMap<string, readonly ListRow[]> {
  const rows = new Map<string, readonly ListRow[]>();
  if (projection.rows === undefined) return rows;
  for (const [key, text] of cells) {
    rows.set(key, text === null ? [] : projection.rows(key, valueOf(key), context as never));
  }
  return rows;
}

function withoutDeleted(cells: ReadonlyMap<string, string | null>): ReadonlyMap<string, string | null> {
  return new Map([...cells].filter(([, text]) => text !== null));
}
