import type { TableRow } from '#views';
import type { Differences, RowDifference, RowsChange } from './read-model.js';
import { byKey, NO_ROWS, type RowsByKey, sameColumns, type StoredRows } from './table-changes.js';

/** Differences that a job names. */
export const EXAMPLES = 20;

/**
 * Rows that become others for readers: counted, and the first of them named. When a row is to be derived again is not
 * seen by readers. `before` are the stored rows; absent: the changes are made in place, and know what was.
 */
export function differencesOf(changes: readonly RowsChange[], before?: StoredRows): Differences {
  const counts = new Map<number, number>();
  const examples: (RowDifference & { readonly person: number })[] = [];
  for (const change of changes) {
    const stored = before === undefined ? changedInPlace(change) : before.get(change.table);
    if (stored === undefined) continue;
    const { number } = change.person;
    const was = stored.get(number) ?? NO_ROWS;
    const is = byKey(change.put.map(({ row }) => row));
    for (const key of differingKeys(was, is)) {
      counts.set(number, (counts.get(number) ?? 0) + 1);
      if (examples.length < EXAMPLES)
        examples.push({ ...differenceOf(change, key, was.get(key), is.get(key)), person: number });
    }
  }
  return { counts, examples };
}

function differingKeys(was: RowsByKey, is: RowsByKey): readonly string[] {
  const keys: string[] = [];
  for (const [key, row] of was) if (!sameColumns(row, is.get(key))) keys.push(key);
  for (const key of is.keys()) if (!was.has(key)) keys.push(key);
  return keys;
}

function changedInPlace({ person, put }: RowsChange): ReadonlyMap<number, RowsByKey> {
  const was = put.flatMap(({ row, was: stored }) =>
    stored === undefined ? [] : [[row.key, stored] as const],
  );
  return new Map([[person.number, new Map(was)]]);
}

function differenceOf(
  { tenant, person, table }: RowsChange,
  key: string,
  was: TableRow | undefined,
  is: TableRow | undefined,
): RowDifference {
  return { tenant, customer: person.name, table, key, from: was?.columns ?? null, to: is?.columns ?? null };
}
