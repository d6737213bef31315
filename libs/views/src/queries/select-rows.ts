import type {
  AggregateGroup,
  AggregateQuery,
  ColumnValue,
  FoundRow,
  ListCondition,
  ListPlace,
  ListQuery,
} from '../table.js';

/** Whether the row meets every condition, as SQL would decide it: a comparison with null is never met. */
export function meets(row: FoundRow, conditions: readonly ListCondition[]): boolean {
  return conditions.every((condition) => {
    const { column, plus, value } = condition;
    if (plus === undefined) return meetsOne(valueOf(row, column), condition);
    const other = valueOf(row, plus);
    const sum = other === null ? null : Number(other) + Number(value);
    return meetsOne(valueOf(row, column), { ...condition, value: sum });
  });
}

function valueOf({ columns, customer, due }: FoundRow, column: string): ColumnValue {
  if (column === 'due') return due;
  return column === 'customer' ? customer : (columns[column] ?? null);
}

function meetsOne(value: ColumnValue, { is, value: asked = null }: ListCondition): boolean {
  if (is === 'null') return value === null;
  if (is === 'not-null') return value !== null;
  if (is === 'after-or-null' && value === null) return true;
  if (value === null || asked === null) return false;
  if (is === 'in') return (asked as readonly ColumnValue[]).includes(value);
  if (is === 'between') {
    const edges = asked as readonly ColumnValue[];
    return edges.filter((edge) => compareValues(edge, value) <= 0).length % 2 === 1;
  }
  const order = compareValues(value, asked as ColumnValue);
  switch (is) {
    case '=':
      return order === 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
    case 'after-or-null':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

/** Numbers before text, as SQLite has it; texts by their bytes (UTF-8 order is code point order). */
function compareValues(a: ColumnValue, b: ColumnValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number') return -1;
  if (typeof b === 'number') return 1;
  return compareTexts(a ?? '', b ?? '');
}

function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [one, other] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (one === other) continue;
    // Code points beyond 65,535 are written with surrogates, which as numbers lie before some smaller code points.
    return isSurrogate(one) === isSurrogate(other) ? one - other : isSurrogate(one) ? 1 : -1;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/** The order of a list: by value in its direction, nulls last in both; then customer and key, ascending. */
export function comparePlaces(a: ListPlace, b: ListPlace, direction: 'asc' | 'desc'): number {
  if (a.value === null || b.value === null) {
    if (a.value !== b.value) return a.value === null ? 1 : -1;
  } else {
    const order = compareValues(a.value, b.value);
    if (order !== 0) return direction === 'asc' ? order : -order;
  }
  return compareTexts(a.customer, b.customer) || compareTexts(a.key, b.key);
}

/** Where a row stands in a list by one of its columns. */
export function placeOf(row: FoundRow, column: string): ListPlace {
  return { value: valueOf(row, column), customer: row.customer, key: row.key };
}

/** The page of a list that a query asks for, out of all the tenant's rows. */
export function selectPage(rows: Iterable<FoundRow>, query: Omit<ListQuery, 'tenant'>): readonly FoundRow[] {
  const { column, direction } = query.orderBy;
  const found: FoundRow[] = [];
  for (const row of rows) {
    if (!meets(row, query.where)) continue;
    if (query.after !== undefined && comparePlaces(placeOf(row, column), query.after, direction) <= 0)
      continue;
    found.push(row);
  }
  return found
    .sort((a, b) => comparePlaces(placeOf(a, column), placeOf(b, column), direction))
    .slice(0, query.limit);
}

interface Tally {
  rows: number;
  readonly customers: Set<string>;
  readonly sums: Record<string, number>;
  readonly counts: Record<string, number>;
}

/** By value, null last. */
export function compareNullLast(a: ColumnValue, b: ColumnValue): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return compareValues(a, b);
}

/** Counts of several queries over the same rows in one pass; groups come in the order of their values, null last. */
export function aggregateRows(
  rows: Iterable<FoundRow>,
  queries: readonly Omit<AggregateQuery, 'tenant'>[],
): readonly (readonly AggregateGroup[])[] {
  const tallies = queries.map(() => new Map<ColumnValue, Tally>());
  for (const row of rows) {
    queries.forEach((query, i) => {
      if (meets(row, query.where)) count(tallies[i]!, query, row);
    });
  }
  return tallies.map((groups) =>
    [...groups]
      .map(([group, { rows, customers, sums, counts }]) => ({
        group,
        rows,
        customers: customers.size,
        sums,
        counts,
      }))
      .sort(compareGroups),
  );
}

/** The order of groups: by their values, null last. */
export function compareGroups({ group: a }: AggregateGroup, { group: b }: AggregateGroup): number {
  return compareNullLast(a, b);
}

function count(groups: Map<ColumnValue, Tally>, query: Omit<AggregateQuery, 'tenant'>, row: FoundRow): void {
  const group = query.groupBy === undefined ? null : valueOf(row, query.groupBy);
  let tally = groups.get(group);
  if (tally === undefined) {
    const zero = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 0]));
    tally = {
      rows: 0,
      customers: new Set(),
      sums: zero(query.sums),
      counts: zero(Object.keys(query.counts ?? {})),
    };
    groups.set(group, tally);
  }
  tally.rows += 1;
  tally.customers.add(row.customer);
  for (const column of query.sums) tally.sums[column]! += Number(row.columns[column] ?? 0);
  for (const [name, conditions] of Object.entries(query.counts ?? {})) {
    if (meets(row, conditions)) tally.counts[name]! += 1;
  }
}
