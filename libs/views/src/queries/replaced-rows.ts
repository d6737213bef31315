import { addedNumbers, groupRows, RowGroups } from '../row-groups.js';
import type { AggregateGroup, AggregateQuery, FoundRow, GroupQuery, RowGroup } from '../table.js';
import { aggregateRows, compareGroups } from './select-rows.js';

/** All rows of some customers: as they are stored, and as they are now. */
export interface ReplacedRows {
  readonly stored: readonly FoundRow[];
  readonly current: readonly FoundRow[];
}

type Groups = readonly (readonly AggregateGroup[])[];

/** Counts and sums over stored rows, as they are with the rows of some customers replaced. */
export function withReplaced(
  groups: Groups,
  queries: readonly Omit<AggregateQuery, 'tenant'>[],
  { stored, current }: ReplacedRows,
): Groups {
  const less = aggregateRows(stored, queries);
  const more = aggregateRows(current, queries);
  return groups.map((found, i) => adjusted(found, less[i]!, more[i]!));
}

/** The customers of `less` and `more` are all the rows of some, so that different customers can be counted, too. */
function adjusted(
  groups: readonly AggregateGroup[],
  less: readonly AggregateGroup[],
  more: readonly AggregateGroup[],
): readonly AggregateGroup[] {
  const byGroup = new Map(groups.map((group) => [group.group, group]));
  for (const [changes, sign] of [
    [less, -1],
    [more, 1],
  ] as const)
    for (const change of changes) byGroup.set(change.group, added(byGroup.get(change.group), change, sign));
  return [...byGroup.values()].filter(({ rows }) => rows > 0).sort(compareGroups);
}

function added(group: AggregateGroup | undefined, change: AggregateGroup, sign: 1 | -1): AggregateGroup {
  return {
    group: change.group,
    rows: (group?.rows ?? 0) + sign * change.rows,
    customers: (group?.customers ?? 0) + sign * change.customers,
    sums: addedNumbers(group?.sums, change.sums, sign),
    counts: addedNumbers(group?.counts, change.counts, sign),
  };
}

/** Groups of stored rows, as they are with the rows of some customers replaced. */
export function groupsWithReplaced(
  groups: readonly RowGroup[],
  query: Omit<GroupQuery, 'tenant'>,
  { stored, current }: ReplacedRows,
): readonly RowGroup[] {
  const all = new RowGroups(query);
  for (const group of groups) all.add(group);
  for (const group of groupRows(current, query)) all.add(group);
  for (const group of groupRows(stored, query)) all.add(group, -1);
  return all.all();
}
