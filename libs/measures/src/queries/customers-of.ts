import { LedgerError } from '#event-sourcing';
import type { ListCondition, TablesMoment } from '#views';
import type { Measure } from '../measure.js';

/** More customers than this cannot be named in one question. */
const CUSTOMERS_AT_MOST = 200_000;

/**
 * The condition that leaves the rows of those customers whom the measure is about, by another table at the same moment;
 * none where it is about all. Throws `too-many-groups`.
 */
export async function customerConditions(
  moment: TablesMoment,
  { customers }: Measure,
): Promise<readonly ListCondition[]> {
  if (customers === undefined) return [];
  const rows = await moment.rowsOf(customers.table);
  const [found = []] = await rows.aggregate([{ where: customers.where, groupBy: 'customer', sums: [] }]);
  if (found.length > CUSTOMERS_AT_MOST)
    throw new LedgerError(
      'too-many-groups',
      `the measure is about ${found.length} customers now, and at most ${CUSTOMERS_AT_MOST} can be answered for`,
      { limit: CUSTOMERS_AT_MOST },
    );
  return [{ column: 'customer', is: 'in', value: found.map(({ group }) => group) }];
}
