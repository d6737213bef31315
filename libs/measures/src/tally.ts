import type { RowGroup } from '#views';

/** What was counted and summed of some rows: parts of the same figure are added, and integers stay exact. */
export class Tally {
  rows = 0;
  readonly sums: { [column: string]: number } = {};
  readonly squares: { [column: string]: number } = {};
  readonly counts: { [name: string]: number } = {};
  /** How many rows have each value of the column that the kind asks for (`Kind.values`). */
  readonly values = new Map<number, number>();

  add(group: Pick<RowGroup, 'rows' | 'sums' | 'squares' | 'counts'>, value?: number | null): void {
    this.rows += group.rows;
    addTo(this.sums, group.sums);
    addTo(this.squares, group.squares);
    addTo(this.counts, group.counts);
    if (typeof value === 'number') this.values.set(value, (this.values.get(value) ?? 0) + group.rows);
  }

  addTally(tally: Tally): void {
    this.add(tally);
    for (const [value, rows] of tally.values) this.values.set(value, (this.values.get(value) ?? 0) + rows);
  }
}

function addTo(total: { [name: string]: number }, part: { readonly [name: string]: number }): void {
  for (const [name, value] of Object.entries(part)) total[name] = (total[name] ?? 0) + value;
}
