import type { ColumnValue, RowGroup } from '#views';

type Counted = Pick<RowGroup, 'rows' | 'sums' | 'squares' | 'counts' | 'spread'>;

/** What was counted and summed of some rows: parts of the same figure are added, and integers stay exact. */
export class Tally {
  rows = 0;
  readonly sums: { [column: string]: number } = {};
  readonly squares: { [column: string]: number } = {};
  readonly counts: { [name: string]: number } = {};
  /** The different values of the column that the kind asks for (`Kind.values`), but for null. */
  readonly values = new Set<number | string>();
  /** All numbers of the column that the kind asks for (`Kind.spread`), in parts. */
  readonly spreads: (readonly number[])[] = [];

  add(group: Counted, value?: ColumnValue): void {
    this.rows += group.rows;
    addTo(this.sums, group.sums);
    addTo(this.squares, group.squares);
    addTo(this.counts, group.counts);
    if (value !== undefined && value !== null) this.values.add(value);
    if (group.spread !== undefined) this.spreads.push(group.spread);
  }

  /** Takes out what was counted of other rows; not the values and numbers of single rows. */
  take({ rows, sums, squares, counts }: Counted): void {
    this.rows -= rows;
    addTo(this.sums, sums, -1);
    addTo(this.squares, squares, -1);
    addTo(this.counts, counts, -1);
  }

  addTally({ rows, sums, squares, counts, values, spreads }: Tally): void {
    this.add({ rows, sums, squares, counts });
    for (const value of values) this.values.add(value);
    this.spreads.push(...spreads);
  }
}

function addTo(total: { [name: string]: number }, part: { readonly [name: string]: number }, sign = 1): void {
  for (const [name, value] of Object.entries(part)) total[name] = (total[name] ?? 0) + sign * value;
}
