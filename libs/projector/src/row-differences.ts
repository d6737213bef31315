import type { TableRow } from '#views';
import type { Differences, RowDifference, RowsChange } from './read-model.js';
import { byKey, NO_ROWS, type RowsByKey, sameColumns, type StoredRows } from './table-changes.js';

/** Differences that a job names. */
export const EXAMPLES = 20;

/** Derived rows of a person that are not the stored ones. */
export interface DifferingRows {
  readonly change: RowsChange;
  /** The stored rows. */
  readonly was: RowsByKey;
  /** The place of the change among all of its range. */
  readonly place: number;
}

/**
 * Rows that become others for readers: counted, and the first of them named. When a row is to be derived again is not
 * seen by readers. `before` are the stored rows; absent: the changes are made in place, and know what was.
 */
export function differencesOf(changes: readonly RowsChange[], before?: StoredRows): Differences {
  const stored = ({ table, person }: RowsChange) => {
    const rows = before!.get(table);
    return rows && byKey(rows.get(person.number) ?? NO_ROWS);
  };
  return compared(changes, before === undefined ? changedInPlace : stored);
}

/**
 * The same of rows that were compared already, table by table: in the order in which they were derived. `added`: how many rows
 * persons get besides, which no example needs.
 */
export function differencesOfRange(
  found: readonly DifferingRows[],
  added: ReadonlyMap<number, number> = new Map(),
): Differences {
  const inOrder = found.toSorted((a, b) => a.place - b.place);
  const before = new Map(inOrder.map(({ change, was }) => [change, was]));
  const { counts, examples } = compared([...before.keys()], (change) => before.get(change));
  for (const [number, rows] of added) counts.set(number, (counts.get(number) ?? 0) + rows);
  return { counts, examples };
}

/** `wasOf`: the stored rows of the change's person; undefined: the table is not compared. */
function compared(
  changes: readonly RowsChange[],
  wasOf: (change: RowsChange) => RowsByKey | undefined,
): Differences & { readonly counts: Map<number, number> } {
  const counts = new Map<number, number>();
  const examples: (RowDifference & { readonly person: number })[] = [];
  for (const change of changes) {
    const was = wasOf(change);
    if (was === undefined) continue;
    const { number } = change.person;
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

function changedInPlace({ put }: RowsChange): RowsByKey {
  return new Map(put.flatMap(({ row, was }) => (was === undefined ? [] : [[row.key, was] as const])));
}

function differenceOf(
  { tenant, person, table }: RowsChange,
  key: string,
  was: TableRow | undefined,
  is: TableRow | undefined,
): RowDifference {
  return { tenant, customer: person.name, table, key, from: was?.columns ?? null, to: is?.columns ?? null };
}
