import type { RowGroup } from '#views';

type Counted = Pick<RowGroup, 'rows' | 'sums' | 'squares' | 'counts'>;

/** What was counted and summed of some rows: parts of the same figure are added, and integers stay exact. */
export class Tally {
  rows = 0;
  readonly sums: { [column: string]: number } = {};
  readonly squares: { [column: string]: number } = {};
  readonly counts: { [name: string]: number } = {};
  /** How many rows have each value of the column that the kind asks for (`Kind.values`). */
  readonly values = new Map<number | string, number>();

  add(group: Counted, value?: number | string | null): void {
    this.rows += group.rows;
    addTo(this.sums, group.sums);
    addTo(this.squares, group.squares);
    addTo(this.counts, group.counts);
    if (value !== undefined && value !== null)
      this.values.set(value, (this.values.get(value) ?? 0) + group.rows);
  }

  /** Takes out what was counted of other rows; of values that kinds with percentiles need, nothing is taken out. */
  take({ rows, sums, squares, counts }: Counted): void {
    this.rows -= rows;
    addTo(this.sums, sums, -1);
    addTo(this.squares, squares, -1);
    addTo(this.counts, counts, -1);
  }

  addTally(tally: Tally): void {
    this.add(tally);
    for (const [value, rows] of tally.values) this.values.set(value, (this.values.get(value) ?? 0) + rows);
  }
}

function addTo(total: { [name: string]: number }, part: { readonly [name: string]: number }, sign = 1): void {
  for (const [name, value] of Object.entries(part)) total[name] = (total[name] ?? 0) + sign * value;
}
