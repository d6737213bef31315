import { InvalidInput } from '#event-sourcing';
import type { FoundRow, ListCondition, QueryContext, TableRows } from '#views';

const PAGE = 1_000;
/** An analysis reads the rows one by one: this many take some tenths of a second. */
const ROWS_AT_MOST = 100_000;

/** All rows that meet conditions, ascending by a column of times. Throws `invalid-question` where they are too many. */
export async function allRows(
  query: QueryContext,
  rows: TableRows,
  column: string,
  where: readonly ListCondition[],
): Promise<readonly FoundRow[]> {
  const found: FoundRow[] = [];
  const orderBy = { column, direction: 'asc' as const };
  for (;;) {
    const last = found.at(-1);
    const after = last && { value: last.columns[column]!, customer: last.customer, key: last.key };
    const page = await rows.page({ where, orderBy, limit: PAGE, after });
    found.push(...page);
    if (page.length < PAGE) return found;
    if (found.length >= ROWS_AT_MOST)
      throw new InvalidInput('invalid-question', `from: the period has more than ${ROWS_AT_MOST} rows`, [
        {
          pointer: '/from',
          detail: 'must be later: the analysis reads every answer and purchase of the period',
        },
      ]);
    await query.yieldTurn();
  }
}
