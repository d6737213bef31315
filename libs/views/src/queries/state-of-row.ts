import type { CustomerState } from '#customer';
import { type Position, storedPosition } from '#event-sourcing';
import type { ReadSnapshot } from '../read-model-reader.js';
import type { FoundRow } from '../table.js';
import { factsOf, personOf } from './person.js';
import type { QueryContext } from './query-context.js';
import type { RowsQuestion } from './table-rows.js';
import { foldUpTo } from './with-customer.js';

/** States folded at most in search of the one from which a row was derived. */
const STATES_TRIED = 20;

/**
 * The state from which a row was derived, so that an item made of both is of one position. Where timelines are ahead of
 * `tablesAt`, the person's latest events may not be in the row yet: the present state is tried, that at `tablesAt`, and then
 * those between, the latest first. The present state where none gives the row, as while rows are brought to another policy.
 */
export async function stateOfRow(
  query: QueryContext,
  reader: ReadSnapshot,
  question: RowsQuestion,
  row: FoundRow,
  tablesAt: Position | undefined,
): Promise<CustomerState> {
  const { tenant, context } = question;
  const foldAt = async (at: Position | undefined) => {
    const facts = await factsOf(reader, await personOf(reader, tenant, row.customer, at), at);
    return { facts, state: await foldUpTo(query, facts, context.asOf, context) };
  };
  const { facts, state } = await foldAt(question.at);
  if (tablesAt === undefined) return state;
  const ahead = new Set(facts.all.map(({ position }) => position).filter((position) => position > tablesAt));
  if (ahead.size === 0 || isFrom(row, state, question)) return state;
  const earlier = [...ahead].sort((a, b) => b - a).slice(1, STATES_TRIED);
  for (const at of [tablesAt, ...earlier.map(storedPosition)]) {
    const tried = (await foldAt(at)).state;
    if (isFrom(row, tried, question)) return tried;
  }
  return state;
}

function isFrom(row: FoundRow, state: CustomerState, { table, context }: RowsQuestion): boolean {
  if (state.lastAt === undefined) return false;
  const derived = table.rows(state, context).find(({ key }) => key === row.key);
  return (
    derived !== undefined &&
    Object.keys(table.columns).every(
      (column) => (derived.columns[column] ?? null) === (row.columns[column] ?? null),
    )
  );
}
