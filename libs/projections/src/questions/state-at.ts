import {
  LedgerError,
  ROOT,
  type OrderKey,
  type Position,
  type ReadModelReader,
  type ViewHead,
} from '#event-sourcing';
import type { ViewContext } from '#scoring';
import type { CustomerProjection } from '../projections.js';
import { endOf, factsOf } from './facts-of.js';
import { fold, FoldedCells } from './folded-cells.js';
import type { Person } from './person.js';

/**
 * The cells that a view needs, as of the context's time. The stored state where it is of the same policies and not
 * later; else folded afresh, from a snapshot where there is a fitting one. What was known at a position is always
 * folded from the first event.
 */
export async function stateAt(
  reader: ReadModelReader,
  person: Person,
  projection: CustomerProjection,
  context: ViewContext,
  at: Position | undefined,
): Promise<FoldedCells> {
  const stored = at === undefined ? await storedState(reader, person, projection, context) : undefined;
  return stored ?? foldedState(reader, person, projection, context, at);
}

async function storedState(
  reader: ReadModelReader,
  { tenant, survivor }: Person,
  projection: CustomerProjection,
  context: ViewContext,
): Promise<FoldedCells | undefined> {
  const { name } = projection;
  const head = await unlessRebuilding(() => reader.head(name, tenant, survivor));
  if (head === undefined || head.stamp !== context.stamp || head.last.occurredAt > context.asOf)
    return undefined;
  const root = await reader.cells(name, tenant, survivor, [ROOT]);
  const cells = new FoldedCells(root);
  const more = projection.viewTouches(cells.get(ROOT));
  if (more.length === 0) return cells;
  return new FoldedCells(
    await reader.cells(name, tenant, survivor, more === 'all' ? undefined : [ROOT, ...more]),
  );
}

async function foldedState(
  reader: ReadModelReader,
  person: Person,
  projection: CustomerProjection,
  context: ViewContext,
  at: Position | undefined,
): Promise<FoldedCells> {
  const start =
    at === undefined
      ? await snapshotFor(reader, person, projection, context, endOf(context.asOf))
      : undefined;
  const cells = new FoldedCells(start?.cells);
  for await (const { fact } of factsOf(reader, person, { upTo: context.asOf, at, after: start?.head.last })) {
    fold(projection, cells, fact, context);
  }
  return cells;
}

/** The latest snapshot up to a place that was made by the context's policies. */
export async function snapshotFor(
  reader: ReadModelReader,
  { tenant, survivor }: Person,
  { name }: CustomerProjection,
  { stamp }: ViewContext,
  upTo: OrderKey,
): Promise<{ readonly head: ViewHead; readonly cells: ReadonlyMap<string, string> } | undefined> {
  const snapshot = await unlessRebuilding(() => reader.snapshotBefore(name, tenant, survivor, upTo));
  return snapshot?.head.stamp === stamp ? snapshot : undefined;
}

/** While a view's stored state is of another version of the projection, the timeline is all there is. */
async function unlessRebuilding<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'view-rebuilding') return undefined;
    throw error;
  }
}
